//! Thousands of tags at the price of their pages.

use imagelock::embedded::Operation::{
    HubTag, ManifestGet, ManifestHead, TagMetadata, TagRecord, Tags,
};
use imagelock::embedded::Store;
use imagelock::image::media_type;
use jiff::SignedDuration;
use serde_json::json;

use super::super::support::tags;
use super::support::{Kind, day};

const REPOSITORIES: [&str; 10] = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"];
const TAGS: usize = 2_000;

fn fill(kind: &Kind, store: &Store) {
    for name in REPOSITORIES {
        let path = kind.path(name);
        let config = json!({"os": "linux", "architecture": "amd64"}).to_string();
        let blob = store.put_blob(&path, config.clone());
        for number in 0..TAGS {
            let tag = format!("t{number}");
            // Google's registries date manifests, so that each tag has one of its own.
            let manifest = json!({
                "schemaVersion": 2,
                "mediaType": media_type::OCI_MANIFEST,
                "config": {"mediaType": media_type::OCI_CONFIG, "digest": blob, "size": config.len()},
                "layers": [],
                "annotations": {"number": tag},
            });
            let digest = store.put_manifest(&path, media_type::OCI_MANIFEST, manifest.to_string());
            store.tag(&path, &tag, &digest);
            // Not the last one by name.
            let minutes = i64::try_from((number * 7) % TAGS).unwrap();
            let pushed = day(2) + SignedDuration::from_mins(minutes);
            store.set_pushed(&path, &tag, pushed);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_repositories_of_two_thousand_tags_cost_less_than_three_requests_a_page() {
    for (name, page_size) in [
        ("docker-hub", 100),
        ("quay", 100),
        ("harbor", 100),
        ("google", 2_000),
        ("gitlab", 1_000),
    ] {
        let kind = Kind::start(name).await;
        fill(&kind, kind.store());
        let config = kind.config(&REPOSITORIES, "strategy = \"newest-build\"");
        let resolution = kind.lock(&config).await;
        assert_eq!(resolution.failures, [], "{name}");
        // 7 times 857 is one less than three times 2,000.
        let expected = REPOSITORIES.map(|name| format!("{name}=t857"));
        assert_eq!(tags(&resolution.images), expected, "{name}");
        let pages = REPOSITORIES.len() * TAGS / page_size;
        let inventory = if name == "google" { 0 } else { pages };
        assert_eq!(kind.count(TagMetadata), inventory, "{name}");
        let confirmations = kind.asked()[&ManifestHead];
        assert_eq!(confirmations, REPOSITORIES.len(), "{name}");
        let read = kind.count(ManifestGet) + kind.count(HubTag);
        assert_eq!(read, REPOSITORIES.len(), "{name}");
        let asked: usize = kind.asked().values().sum();
        let list = kind.asked()[&Tags];
        assert_eq!(
            asked - list - inventory - confirmations - read,
            usize::from(name == "gitlab"),
            "{name}: {:?}",
            kind.asked()
        );
        if page_size == 100 {
            assert!(asked <= 3 * pages, "{name}: {:?}", kind.asked());
        }
    }
}

#[tokio::test]
async fn few_candidates_of_many_pages_are_asked_for_singly() {
    let kind = Kind::start("quay").await;
    fill(&kind, kind.store());
    let rest = "strategy = \"newest-build\", allow-tags = \"regexp:^t(1|2)$\"";
    let resolution = kind.lock(&kind.config(&["r0"], rest)).await;
    assert_eq!(tags(&resolution.images), ["r0=t2"]);
    assert_eq!(kind.count(TagMetadata), 0);
    let asked = kind.asked();
    assert_eq!(asked[&TagRecord], 2);
    assert_eq!(asked[&ManifestHead], 2);
}
