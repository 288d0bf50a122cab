//! Indexes that are not what most are: with indexes, artifacts and children without a platform in them.

use imagelock::embedded::{Operation, Registry};
use imagelock::error::{Code, Fault};
use imagelock::image::{Platform, Reference, Repository, Tag};
use imagelock::inspect::{self, InspectError, Inspection, Options};
use imagelock::registry::Client;
use serde_json::{Value, json};

use crate::support::documents::{Documents, attesting, claiming, digest_of};

struct Odd {
    registry: Registry,
    inner: Value,
    unsaid: Value,
    artifact: Value,
}

/// Publishes an index with an index for `linux/amd64`, an artifact, and an image without a platform.
async fn odd() -> Odd {
    let registry = Registry::start().await.unwrap();
    let documents = Documents::new(registry.store(), "team/app");
    let image = claiming(&documents.image("amd", "linux/amd64"), "linux/amd64");
    let proof = documents.artifact("proof", "application/x", &json!({}));
    let inner = documents.index(&[image.clone(), attesting(&proof, &image)]);
    let unsaid = documents.image("arm", "linux/arm64");
    let mut artifact = claiming(
        &documents.artifact("sbom", "application/spdx+json", &json!({})),
        "linux/s390x",
    );
    artifact["artifactType"] = "application/spdx+json".into();
    let index = documents.index(&[
        artifact.clone(),
        unsaid.clone(),
        claiming(&inner, "linux/amd64"),
    ]);
    documents.tag("1", &index);
    Odd {
        registry,
        inner,
        unsaid,
        artifact,
    }
}

impl Odd {
    fn reference(&self) -> Reference {
        let repository = Repository::new(self.registry.address(), "team/app").unwrap();
        Reference::new(repository, Some(Tag::parse("1").unwrap()), None)
    }

    async fn look(&self, platform: Option<&str>) -> Result<Inspection, InspectError> {
        let platform = platform.map(|text| Platform::parse(text).unwrap());
        let options = Options::new().platform(platform).referrers(false);
        inspect::inspect(&client(), &self.reference(), &options).await
    }
}

fn client() -> Client {
    Client::builder().build().unwrap()
}

fn platforms(found: &Inspection) -> Vec<String> {
    let children = found.platforms.iter();
    children
        .map(|child| match (&child.artifact_type, &child.platform) {
            (Some(artifact_type), _) => artifact_type.clone(),
            (None, platform) => platform.as_ref().map_or("-".into(), ToString::to_string),
        })
        .collect()
}

#[tokio::test]
async fn an_index_is_shown_with_what_is_in_the_indexes_within_it() {
    let odd = odd().await;
    let found = odd.look(None).await.unwrap();
    assert_eq!(
        platforms(&found),
        ["application/spdx+json", "linux/arm64", "linux/amd64"]
    );
    assert_eq!(found.indexes, [digest_of(&odd.inner)]);
    assert_eq!((found.attestations.len(), found.missing.len()), (1, 0));
    let image = found.image.unwrap();
    assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
}

#[tokio::test]
async fn the_image_of_a_platform_is_found_wherever_it_is() {
    let odd = odd().await;
    for wanted in ["linux/amd64", "linux/arm64"] {
        let image = odd.look(Some(wanted)).await.unwrap().image.unwrap();
        assert_eq!(image.platform.unwrap().to_string(), wanted);
        let platform = Platform::parse(wanted).unwrap();
        let config = inspect::config(&client(), &odd.reference(), Some(&platform)).await;
        let config: Value = serde_json::from_slice(&config.unwrap()).unwrap();
        assert_eq!(config["architecture"], wanted.split_once('/').unwrap().1);
        let raw = inspect::manifest(&client(), &odd.reference(), Some(&platform)).await;
        assert_eq!(raw.unwrap().digest, image.digest);
    }
    let error = odd.look(Some("linux/s390x")).await.unwrap_err();
    assert_eq!(
        error.code(),
        Code::PlatformMissing,
        "only an artifact claims it"
    );
    assert_eq!(error.notes(), ["there are: linux/arm64, linux/amd64"]);
}

#[tokio::test]
async fn what_the_registry_lacks_is_told_and_spoils_nothing_else() {
    let odd = odd().await;
    let documents = Documents::new(odd.registry.store(), "team/app");
    documents.remove(&odd.unsaid);
    documents.remove(&odd.artifact);
    let found = odd.look(None).await.unwrap();
    assert_eq!(
        found.missing,
        [digest_of(&odd.unsaid)],
        "artifacts are not asked for"
    );
    assert_eq!(platforms(&found), ["application/spdx+json", "linux/amd64"]);

    let image = documents.image("amd", "linux/amd64");
    documents.remove(&image);
    let found = odd.look(None).await.unwrap();
    assert!(found.image.is_none());
    assert_eq!(found.missing, [digest_of(&image), digest_of(&odd.unsaid)]);
    let error = odd.look(Some("linux/amd64")).await.unwrap_err();
    assert_eq!(error.code(), Code::ManifestNotFound);
}

#[tokio::test]
async fn an_ordinary_index_costs_no_request_more() {
    let registry = Registry::start().await.unwrap();
    let documents = Documents::new(registry.store(), "team/app");
    let child = |platform: &str| claiming(&documents.image(platform, platform), platform);
    let children = ["linux/amd64", "linux/arm64", "windows(10.0.20348.1)/amd64"].map(child);
    documents.tag("1", &documents.index(&children));
    let repository = Repository::new(registry.address(), "team/app").unwrap();
    let reference = Reference::new(repository, Some(Tag::parse("1").unwrap()), None);
    let options = Options::new().referrers(false);
    inspect::inspect(&client(), &reference, &options)
        .await
        .unwrap();
    assert_eq!(registry.count(Operation::ManifestGet), 2);
    assert_eq!(registry.count(Operation::BlobGet), 1);
}

#[tokio::test]
async fn a_build_of_windows_is_found_by_its_first_components() {
    let registry = Registry::start().await.unwrap();
    let documents = Documents::new(registry.store(), "team/app");
    let builds = [
        "windows(10.0.26100.1)/amd64",
        "windows(10.0.20348.2227)/amd64",
    ];
    let children = builds.map(|build| claiming(&documents.image(build, build), build));
    documents.tag("1", &documents.index(&children));
    let repository = Repository::new(registry.address(), "team/app").unwrap();
    let reference = Reference::new(repository, Some(Tag::parse("1").unwrap()), None);
    let look = |wanted: &str| {
        let platform = Some(Platform::parse(wanted).unwrap());
        let options = Options::new().referrers(false).platform(platform);
        let reference = &reference;
        async move { inspect::inspect(&client(), reference, &options).await }
    };
    for (wanted, version) in [
        ("windows(10.0.20348)/amd64", "10.0.20348.2227"),
        ("windows(10.0.26100.1)/amd64", "10.0.26100.1"),
        ("windows/amd64", "10.0.26100.1"),
    ] {
        let image = look(wanted).await.unwrap().image.unwrap();
        assert_eq!(image.os_version.as_deref(), Some(version));
        assert_eq!(image.platform.unwrap().os_version(), Some(version));
    }
    let error = look("windows(10.0.2034)/amd64").await.unwrap_err();
    assert_eq!(error.code(), Code::PlatformMissing);
}
