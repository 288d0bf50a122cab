//! Whose word there is on dates.

use imagelock::embedded::Operation;
use imagelock::registry::doctor::Area;
use jiff::Timestamp;

use super::super::*;
use super::support::*;

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
        let mut image = ImageSpec::new("app").platforms(["linux/amd64", "linux/arm64"]);
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
    let image = ImageSpec::new("nginx")
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
