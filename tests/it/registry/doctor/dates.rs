//! Whose word there is on dates.

use imagelock::embedded::Operation;
use imagelock::registry::doctor::Area;
use jiff::Timestamp;
use serde_json::json;

use super::super::*;
use super::support::*;
use crate::support::documents::{Documents, claiming};

#[tokio::test]
async fn whose_word_there_is_on_dates_is_told() {
    let built = Timestamp::from_second(1_740_000_000).unwrap();
    for (created, words, quirk) in [
        (
            Some(built),
            "was built at 2025-02-19T21:20:00Z",
            "publishers-dates",
        ),
        (
            Some(Timestamp::UNIX_EPOCH),
            "the date of no build",
            "no-dates",
        ),
        (None, "says nothing", "no-dates"),
    ] {
        let registry = registry().await;
        let mut image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
        if let Some(created) = created {
            image = image.created(created);
        }
        registry.store().publish("team/app", "1", &image);
        let diagnosis = diagnose(&registry).await;
        let publisher = fact(&diagnosis, Area::Dates, "publisher");
        assert!(publisher.contains(words), "{publisher}");
        assert!(quirks(&diagnosis).contains(&quirk));
    }
}

#[tokio::test]
async fn the_hub_dates_pushes_and_no_pull_is_used() {
    let registry = registry().await;
    let created = Timestamp::from_second(1_740_000_000).unwrap();
    let image = TestImage::new("nginx")
        .platforms(["linux/amd64"])
        .created(created);
    registry.store().publish("library/nginx", "1.27", &image);
    let url: url::Url = registry.url("").parse().unwrap();
    let client = builder()
        .endpoint("docker.io", url.clone())
        .endpoint("hub.docker.com", url)
        .build()
        .unwrap();
    let diagnosis = client.diagnose(&Repository::parse("nginx").unwrap()).await;
    assert!(diagnosis.is_lockable());
    let told = fact(&diagnosis, Area::Dates, "registry");
    assert_eq!(
        told,
        "tells when a tag was pushed: 1.27 at 2025-02-19T21:20:00Z"
    );
    assert_eq!(registry.count(Operation::ManifestGet), 0);
    assert_eq!(registry.count(Operation::HubTag), 1);
}

#[tokio::test]
async fn what_an_index_leaves_to_others_is_told_and_dated() {
    let registry = registry().await;
    let documents = Documents::new(registry.store(), "team/app");
    let image = documents.built("linux/amd64", "2026-01-02T03:04:05Z");
    let inner = documents.index(&[claiming(&image, "linux/amd64")]);
    let unsaid = documents.image("arm", "linux/arm64");
    let mut artifact = documents.artifact("sbom", "application/spdx+json", &json!({}));
    artifact["artifactType"] = "application/spdx+json".into();
    documents.tag("1", &documents.index(&[inner, unsaid, artifact]));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(
        fact(&diagnosis, Area::Manifests, "content"),
        "an index of 3 (nested indexes: 1, artifacts: 1, without a platform: 1), and 0 attestations"
    );
    let publisher = fact(&diagnosis, Area::Dates, "publisher");
    assert_eq!(
        publisher,
        "says that the image was built at 2026-01-02T03:04:05Z"
    );
}

#[tokio::test]
async fn a_chart_is_dated_by_its_annotation() {
    let registry = registry().await;
    let documents = Documents::new(registry.store(), "team/app");
    let noted = json!({"org.opencontainers.image.created": "2026-01-02T03:04:05Z"});
    documents.tag(
        "1",
        &documents.artifact("chart", "application/vnd.cncf.helm.config.v1+json", &noted),
    );
    let publisher = diagnose(&registry).await;
    let publisher = fact(&publisher, Area::Dates, "publisher");
    assert_eq!(
        publisher,
        "says that the image was built at 2026-01-02T03:04:05Z"
    );
}
