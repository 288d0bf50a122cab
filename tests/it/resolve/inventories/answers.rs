//! Each interface tells dates: for a choice, for a cooldown, for a list.

use imagelock::embedded::Operation;
use imagelock::embedded::Operation::{HubTag, ManifestHead, Probe, TagMetadata, TagRecord, Tags};
use imagelock::registry::Api;
use imagelock::resolve::{DateQuery, fetch_age, fetch_told};
use imagelock::tag::{Age, Evidence, Ledger};

use super::super::support::{Asked, held, tag};
use super::support::{Kind, day, kinds};

/// What the interface is asked for all tags.
fn of_inventory(kind: &Kind) -> Vec<(Operation, usize)> {
    match kind.api {
        Api::Google => Vec::new(),
        Api::Gitlab | Api::Zot => vec![(Probe, 1), (TagMetadata, 1)],
        _ => vec![(TagMetadata, 1)],
    }
}

#[tokio::test]
async fn the_newest_push_is_pinned_for_a_list_an_inventory_and_a_confirmation() {
    for kind in kinds().await {
        let name = kind.name();
        let digest = kind.publish_app();
        assert_eq!(kind.newest().await, ("a".into(), digest), "{name}");
        let mut expected: Asked = of_inventory(&kind).into_iter().collect();
        expected.insert(Tags, 1);
        expected.insert(ManifestHead, 1);
        // Then it is read what the pin holds.
        let read = if kind.api == Api::DockerHub {
            HubTag
        } else {
            Operation::ManifestGet
        };
        expected.insert(read, 1);
        assert_eq!(kind.asked(), expected, "{name}");
        assert_eq!(kind.notices(), [] as [&str; 0], "{name}");
    }
}

#[tokio::test]
async fn a_cooldown_counts_from_the_push_by_the_registrys_word() {
    for kind in kinds().await {
        let name = kind.name();
        kind.publish("app", "1.0.0", 1, 2);
        kind.publish("app", "1.1.0", 1, 9);
        let config = kind.config(&["app"], "constraint = \"^1\", cooldown = \"3 days\"");
        let resolution = kind.lock(&config).await;
        assert_eq!(resolution.failures, [], "{name}");
        assert_eq!(resolution.images[0].tag.as_str(), "1.0.0", "{name}");
        let why = "app 1.1.0: is 24 hours old (registry), and the cooldown is 3 days";
        assert_eq!(held(&resolution), [why], "{name}");
        let asked = kind.asked();
        let of_tags = asked.get(&HubTag).copied().unwrap_or_default();
        if kind.api == Api::DockerHub {
            assert_eq!((of_tags, asked.get(&TagMetadata)), (2, None), "{name}");
        } else {
            let expected = of_inventory(&kind)
                .into_iter()
                .find(|(one, _)| *one == TagMetadata);
            let expected = expected.map_or(0, |(_, count)| count);
            assert_eq!(
                asked.get(&TagMetadata).copied().unwrap_or_default(),
                expected,
                "{name}"
            );
            assert_eq!(asked.get(&TagRecord), None, "one page has them all: {name}");
        }
        assert_eq!(asked[&ManifestHead], 2, "{name}");
    }
}

#[tokio::test]
async fn one_tag_of_many_pages_is_asked_for_alone() {
    for kind in kinds().await {
        let name = kind.name();
        let path = kind.path("app");
        let digest = kind.publish("app", "1.0", 1, 5);
        for number in 0..2100 {
            kind.store().tag(&path, &format!("x{number}"), &digest);
        }
        let (client, repository) = (kind.client(), kind.repository("app"));
        client.tags(&repository).await.unwrap();
        let ledger = Ledger::default();
        let look = DateQuery {
            platforms: &[],
            ledger: &ledger,
            now: day(10),
        };
        let wanted = [Evidence::Registry];
        let aged = fetch_age(&client, &repository, &tag("1.0"), &wanted, &look).await;
        let expected = Age {
            since: day(5),
            evidence: Evidence::Registry,
        };
        assert_eq!(aged.unwrap().age, Some(expected), "{name}");
        let asked = kind.asked();
        let count = |operation| asked.get(&operation).copied().unwrap_or_default();
        match kind.api {
            Api::DockerHub => assert_eq!((count(HubTag), count(TagMetadata)), (1, 0)),
            // They tell all at once.
            Api::Google => assert_eq!((count(TagRecord), count(TagMetadata)), (0, 0)),
            // Amazon's is asked at the same place, as the embedded registry counts.
            Api::Zot | Api::AmazonEcr => {
                assert_eq!((count(TagRecord), count(TagMetadata)), (0, 1));
            }
            _ => assert_eq!((count(TagRecord), count(TagMetadata)), (1, 0), "{name}"),
        }
    }
}

#[tokio::test]
async fn many_tags_are_dated_without_a_look_at_any() {
    for kind in kinds().await {
        let name = kind.name();
        kind.publish_app();
        let (client, repository) = (kind.client(), kind.repository("app"));
        client.tags(&repository).await.unwrap();
        let names = ["a", "b", "c", "gone"].map(tag);
        let names: Vec<_> = names.iter().collect();
        let told = fetch_told(&client, &repository, &names, day(10))
            .await
            .unwrap();
        let days: Vec<_> = told.values().map(|told| told.age.since).collect();
        assert_eq!(days, [day(9), day(8), day(7)], "{name}");
        assert_eq!(kind.count(ManifestHead), 0, "{name}");
        // A date that lies ahead is none.
        let early = fetch_told(&client, &repository, &names, day(7))
            .await
            .unwrap();
        let names: Vec<_> = early.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["b", "c"], "{name}");
    }
}
