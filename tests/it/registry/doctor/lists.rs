//! Tags, and what they name.

use imagelock::embedded::{Behaviour, Operation};
use imagelock::error::Code;
use imagelock::image::Digest;
use imagelock::registry::doctor::{Area, Severity};

use super::super::*;
use super::support::*;

#[tokio::test]
async fn lists_that_cannot_be_had_whole_fail_at_tags() {
    let registry = registry_with(5).await;
    for (behaviour, code, quirk) in [
        (
            Behaviour::on(Operation::Tags).html("<html>Sign in</html>"),
            Code::RegistryInvalid,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).json("{}"),
            Code::RegistryInvalid,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).status(404),
            Code::RepositoryNotFound,
            None,
        ),
        (
            Behaviour::on(Operation::Tags).page_size(1).link_loop(),
            Code::Pagination,
            None,
        ),
        (
            Behaviour::on(Operation::Tags)
                .page_size(1)
                .links_to("http://evil.example"),
            Code::Pagination,
            Some("link-to-other-host"),
        ),
        (
            Behaviour::on(Operation::Tags)
                .json(r#"{"tags":["1"]}"#)
                .header("link", r#"<?last=1>; rel="next""#),
            Code::Pagination,
            Some("pages-lead-nowhere"),
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        assert_eq!(
            failed(&diagnosis),
            Some((Area::Tags, code)),
            "{:?}",
            diagnosis.failure
        );
        let found = quirks(&diagnosis);
        assert!(
            quirk.is_none_or(|quirk| found.contains(&quirk)),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn what_a_tag_names_must_be_told_one_way_or_the_other() {
    let registry = registry_with(3).await;
    let head = || Behaviour::on(Operation::ManifestHead);
    let wrong = Digest::sha256_of(b"wrong");
    let get = Behaviour::on(Operation::ManifestGet).header("docker-content-digest", wrong.as_str());
    for (behaviour, quirk, failure) in [
        (
            head().without_header("docker-content-digest"),
            Some("no-digest-on-head"),
            None,
        ),
        (head().status(405), Some("head-refused"), None),
        (head().status(403), Some("head-refused"), None),
        (head().status(404), Some("listed-and-missing"), None),
        (get, None, Some(Code::DigestMismatch)),
        (
            Behaviour::on(Operation::ManifestGet).json("{\"hello\":1}"),
            None,
            Some(Code::DigestMismatch),
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let diagnosis = diagnose(&registry).await;
        let failed = failed(&diagnosis);
        assert_eq!(failed, failure.map(|code| (Area::Manifests, code)));
        let found = quirks(&diagnosis);
        assert!(
            quirk.is_none_or(|quirk| found.contains(&quirk)),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn a_repository_without_tags_is_told() {
    let registry = registry().await;
    registry.store().put_blob("team/app", "left behind");
    registry.behave(Behaviour::on(Operation::Tags).json(r#"{"name":"x","tags":null}"#));
    let diagnosis = diagnose(&registry).await;
    assert!(quirks(&diagnosis).contains(&"no-tags"));
    assert!(quirks(&diagnosis).contains(&"null-for-none"));
    let worst = diagnosis.quirks().map(|quirk| quirk.severity).max();
    assert_eq!(worst, Some(Severity::Warning));
}
