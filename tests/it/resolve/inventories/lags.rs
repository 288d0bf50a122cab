//! What lags behind the registry is not pinned.

use imagelock::embedded::Behaviour;
use imagelock::embedded::Operation::{HubTag, ManifestGet, ManifestHead, TagMetadata, TagRecord};
use imagelock::image::Digest;
use imagelock::registry::Api;

use super::support::{Kind, kinds};

#[tokio::test]
async fn a_digest_that_is_out_of_date_is_never_pinned() {
    for kind in kinds().await {
        let name = kind.name();
        let old = kind.publish_app();
        // Pushed anew, of which the interface knows nothing yet.
        let new = kind.publish("app", "a", 5, 9);
        assert_ne!(old, new);
        kind.store().let_lag(&kind.path("app"), "a", &old);
        // By the publishers' dates it is the newest as well.
        assert_eq!(kind.newest().await, ("a".into(), new), "{name}");
        assert_eq!(kind.notices(), ["it lags behind the registry"], "{name}");
        // If those say otherwise, another one is pinned.
        kind.publish("app", "a", 1, 9);
        kind.store().let_lag(&kind.path("app"), "a", &old_digest());
        let built_last = kind.store().digest(&kind.path("app"), "c").unwrap();
        assert_eq!(kind.newest().await, ("c".into(), built_last), "{name}");
    }
}

fn old_digest() -> Digest {
    Digest::sha256_of(b"yesterday")
}

#[tokio::test]
async fn where_only_the_list_lags_the_tag_is_dated_anew() {
    for kind in kinds().await {
        if matches!(kind.api, Api::Google | Api::Zot | Api::AmazonEcr) {
            continue;
        }
        let name = kind.name();
        kind.publish_app();
        let list = list_of(&kind);
        // What the list says is the newest was pushed again, with an older time of its own.
        kind.publish("app", "a", 9, 1);
        kind.registry.behave(Behaviour::on(TagMetadata).json(&list));
        let (tag, digest) = kind.newest().await;
        assert_eq!(tag, "b", "{name}");
        assert_eq!(Some(digest), kind.store().digest(&kind.path("app"), "b"));
        let single = kind.count(TagRecord) + kind.count(HubTag);
        assert!(single >= 1, "{name}");
        assert_eq!(kind.notices(), [] as [&str; 0], "{name}");
    }
}

/// Returns a list in the shape of the interface, as it is now.
fn list_of(kind: &Kind) -> String {
    let path = kind.path("app");
    let tags = [("a", 9), ("b", 8), ("c", 7)].map(|(tag, day)| {
        let digest = kind.store().digest(&path, tag).unwrap();
        (tag, digest, super::support::day(day))
    });
    let each = |entry: &dyn Fn(&str, &str, &str, i64) -> String| {
        let entries = tags.each_ref().map(|(tag, digest, time)| {
            entry(tag, digest.as_str(), &time.to_string(), time.as_second())
        });
        entries.join(",")
    };
    match kind.api {
        Api::DockerHub => format!(
            r#"{{"next":null,"results":[{}]}}"#,
            each(&|tag, digest, time, _| format!(
                r#"{{"name":"{tag}","digest":"{digest}","tag_last_pushed":"{time}"}}"#
            ))
        ),
        Api::Quay => format!(
            r#"{{"page":1,"has_additional":false,"tags":[{}]}}"#,
            each(&|tag, digest, _, time| format!(
                r#"{{"name":"{tag}","manifest_digest":"{digest}","start_ts":{time}}}"#
            ))
        ),
        Api::AzureAcr => format!(
            r#"{{"imageName":"x","tags":[{}]}}"#,
            each(&|tag, digest, time, _| format!(
                r#"{{"name":"{tag}","digest":"{digest}","lastUpdateTime":"{time}"}}"#
            ))
        ),
        Api::Gitlab => format!(
            "[{}]",
            each(&|tag, digest, time, _| format!(
                r#"{{"name":"{tag}","digest":"{digest}","published_at":"{time}"}}"#
            ))
        ),
        _ => format!(
            "[{}]",
            each(&|tag, digest, time, _| format!(
                r#"{{"digest":"{digest}","tags":[{{"name":"{tag}","push_time":"{time}"}}]}}"#
            ))
        ),
    }
}

#[tokio::test]
async fn a_tag_that_is_gone_is_not_chosen() {
    let kind = Kind::start("quay").await;
    kind.publish_app();
    let list = list_of(&kind);
    let behaviour = Behaviour::on(TagMetadata).json(&list);
    kind.registry.behave(behaviour);
    let gone = r#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#;
    let looks = Behaviour::on_any([ManifestHead, ManifestGet]).reference("a");
    kind.registry.behave(looks.status(404).json(gone));
    assert_eq!(kind.newest().await.0, "b");
}
