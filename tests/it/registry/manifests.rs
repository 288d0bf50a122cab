use imagelock::embedded::{Behaviour, BuiltImage, Operation};
use imagelock::error::Code;
use imagelock::error::Fault;
use imagelock::image::{Descriptor, Digest, Document, media_type};
use imagelock::registry::{ErrorKind, Limits};

use super::*;

async fn published() -> (Registry, Digest) {
    let registry = registry().await;
    let image = TestImage::new("app").platforms(["linux/amd64", "linux/arm64"]);
    let digest = registry.store().publish("team/app", "1", &image);
    (registry, digest)
}

async fn get_code(registry: &Registry, target: &Target) -> Code {
    let outcome = client().manifest(&app(registry), target).await;
    outcome.expect_err("an error").code()
}

#[tokio::test]
async fn a_head_tells_the_digest() {
    let (registry, digest) = published().await;
    let client = client();
    assert_eq!(
        client.head(&app(&registry), &tag("1")).await.unwrap(),
        digest
    );
    let by_digest = Target::Digest(digest.clone());
    assert_eq!(
        client.head(&app(&registry), &by_digest).await.unwrap(),
        digest
    );
    client.head(&app(&registry), &tag("1")).await.unwrap();
    let requests = registry.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.method == "HEAD"));
    assert_eq!(requests[0].header("accept"), Some(media_type::ACCEPT));
    assert_eq!(requests[0].header("accept-encoding"), Some("identity"));
    let version = concat!("imagelock/", env!("CARGO_PKG_VERSION"));
    assert_eq!(requests[0].header("user-agent"), Some(version));
}

#[tokio::test]
async fn where_head_does_not_tell_a_get_does() {
    let sha512 = format!("sha512:{}", "0".repeat(128));
    for behaviour in [
        Behaviour::on(Operation::ManifestHead).without_header("docker-content-digest"),
        Behaviour::on(Operation::ManifestHead).without_header("content-type"),
        Behaviour::on(Operation::ManifestHead).header("docker-content-digest", "nonsense"),
        Behaviour::on(Operation::ManifestHead).header("docker-content-digest", &sha512),
        Behaviour::on(Operation::ManifestHead).status(400),
        Behaviour::on(Operation::ManifestHead).status(403),
        Behaviour::on(Operation::ManifestHead).status(405),
        Behaviour::on(Operation::ManifestHead).status(501),
    ] {
        let (registry, digest) = published().await;
        registry.behave(behaviour.clone());
        let found = client().head(&app(&registry), &tag("1")).await;
        assert_eq!(found.unwrap(), digest, "{behaviour:?}");
        assert_eq!(registry.count(Operation::ManifestGet), 1, "{behaviour:?}");
    }
}

#[tokio::test]
async fn a_head_that_announces_another_digest_than_asked_for_is_refused() {
    let (registry, digest) = published().await;
    let other = Digest::sha256_of(b"other");
    let behaviour = Behaviour::on(Operation::ManifestHead);
    registry.behave(behaviour.header("docker-content-digest", other.as_str()));
    let error = client()
        .head(&app(&registry), &Target::Digest(digest))
        .await;
    assert_eq!(error.unwrap_err().code(), Code::DigestMismatch);
}

#[tokio::test]
async fn a_missing_tag_is_told_from_a_missing_repository() {
    let (registry, _) = published().await;
    let client = client();
    let error = client.head(&app(&registry), &tag("2")).await.unwrap_err();
    assert_eq!(error.code(), Code::ManifestNotFound);
    assert!(
        error
            .to_string()
            .ends_with("has no team/app:2 (404 MANIFEST_UNKNOWN)"),
        "{error}"
    );
    assert_eq!(get_code(&registry, &tag("2")).await, Code::ManifestNotFound);
    let other = repository(&registry, "team/other");
    for error in [
        client.head(&other, &tag("1")).await.unwrap_err(),
        client.manifest(&other, &tag("1")).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), Code::RepositoryNotFound, "{error}");
    }
}

#[tokio::test]
async fn what_a_head_does_not_find_is_no_pull_where_pulls_are_counted() {
    let (registry, _) = published().await;
    let url = registry.url("").parse().unwrap();
    let client = builder().endpoint("docker.io", url).build().unwrap();
    let app = Repository::new("docker.io", "team/app").unwrap();
    let error = client.head(&app, &tag("2")).await.unwrap_err();
    assert_eq!(error.code(), Code::ManifestNotFound);
    assert_eq!(registry.count(Operation::ManifestGet), 0);
}

#[tokio::test]
async fn a_registry_that_does_not_know_head_is_asked_by_get() {
    let (registry, digest) = published().await;
    registry.behave(Behaviour::on(Operation::ManifestHead).status(404));
    assert_eq!(
        client().head(&app(&registry), &tag("1")).await.unwrap(),
        digest
    );
}

#[tokio::test]
async fn a_manifest_comes_as_its_bytes_and_once() {
    let (registry, digest) = published().await;
    let (client, app) = (client(), app(&registry));
    let target = tag("1");
    let all = futures_util::future::join_all((0..8).map(|_| client.manifest(&app, &target))).await;
    for manifest in all {
        let manifest = manifest.unwrap();
        assert!(digest.verify(&manifest.bytes));
        assert_eq!(manifest.digest, digest);
        assert_eq!(manifest.media_type, media_type::OCI_INDEX);
        assert!(matches!(manifest.document(), Ok(Document::Index(_))));
    }
    // The digest is known now, and so is what it is of.
    assert_eq!(client.head(&app, &target).await.unwrap(), digest);
    client
        .manifest(&app, &Target::Digest(digest))
        .await
        .unwrap();
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_not_what_was_announced_is_refused() {
    let (registry, digest) = published().await;
    registry.behave(Behaviour::on(Operation::ManifestGet).body(r#"{"schemaVersion":2}"#));
    let error = client()
        .manifest(&app(&registry), &tag("1"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::DigestMismatch);
    let actual = Digest::sha256_of(br#"{"schemaVersion":2}"#);
    let text = error.to_string();
    assert!(
        text.contains(digest.as_str()) && text.contains(actual.as_str()),
        "{text}"
    );

    registry.behave_well();
    let lying = Behaviour::on(Operation::ManifestGet).body("{}");
    registry.behave(lying.without_header("docker-content-digest"));
    assert_eq!(
        get_code(&registry, &digest.into()).await,
        Code::DigestMismatch
    );
}

#[tokio::test]
async fn a_manifest_that_is_a_page_or_too_large_is_refused() {
    let (registry, _) = published().await;
    registry.behave(Behaviour::on(Operation::ManifestGet).html("<!doctype html>"));
    assert_eq!(get_code(&registry, &tag("1")).await, Code::RegistryInvalid);
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::ManifestGet).oversized(1 << 40));
    assert_eq!(get_code(&registry, &tag("1")).await, Code::TooLarge);
}

#[tokio::test]
async fn a_truncated_body_is_asked_for_again() {
    let (registry, digest) = published().await;
    registry.behave(Behaviour::on(Operation::ManifestGet).times(2).truncated(10));
    let manifest = client().manifest(&app(&registry), &tag("1")).await.unwrap();
    assert_eq!(manifest.digest, digest);
    assert_eq!(registry.count(Operation::ManifestGet), 3);
}

fn descriptor(bytes: &[u8]) -> Descriptor {
    Descriptor {
        digest: Digest::sha256_of(bytes),
        size: bytes.len() as u64,
        ..config_descriptor()
    }
}

fn config_descriptor() -> Descriptor {
    let built: BuiltImage = TestImage::new("any").build();
    let bytes = built.manifests.last().expect("a manifest").bytes.clone();
    let manifest = imagelock::image::RawManifest {
        digest: Digest::sha256_of(&bytes),
        media_type: String::new(),
        bytes,
    };
    match manifest.document() {
        Ok(Document::Manifest(manifest)) => manifest.config,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_blob_is_fetched_once_and_verified() {
    let registry = registry().await;
    registry.store().put_blob("team/app", "config");
    let (client, app) = (client(), app(&registry));
    let right = descriptor(b"config");
    for _ in 0..2 {
        assert_eq!(client.blob(&app, &right).await.unwrap(), "config");
    }
    assert_eq!(registry.requests().len(), 1);

    registry.behave(Behaviour::on(Operation::BlobGet).body("confif"));
    let error = super::client().blob(&app, &right).await.unwrap_err();
    assert_eq!(error.code(), Code::DigestMismatch);

    let limits = Limits {
        blob_bytes: 5,
        ..Limits::default()
    };
    let small = builder().limits(limits).build().unwrap();
    assert_eq!(
        small.blob(&app, &right).await.unwrap_err().code(),
        Code::TooLarge
    );

    registry.behave_well();
    let longer = Descriptor { size: 7, ..right };
    let error = super::client().blob(&app, &longer).await.unwrap_err();
    assert_eq!(error.code(), Code::RegistryInvalid);
}

#[tokio::test]
async fn docker_hub_tells_platforms_without_a_pull() {
    let registry = registry().await;
    let image = TestImage::new("nginx")
        .platforms(["linux/amd64", "linux/arm64"])
        .attestations("1");
    let digest = registry.store().publish("library/nginx", "1.27", &image);
    let url: url::Url = registry.url("/").parse().unwrap();
    let build = || {
        let builder = builder().endpoint("docker.io", url.clone());
        builder
            .endpoint("hub.docker.com", url.clone())
            .build()
            .unwrap()
    };
    let nginx = Repository::parse("nginx").unwrap();
    let version = Tag::parse("1.27").unwrap();
    let client = build();
    let found = client.hub_tag(&nginx, &version).await.unwrap().unwrap();
    assert_eq!(found.digest.as_ref(), Some(&digest));
    assert_eq!(client.head(&nginx, &tag("1.27")).await.unwrap(), digest);
    let manifest = client.manifest(&nginx, &tag("1.27")).await.unwrap();
    let Ok(Document::Index(index)) = manifest.document() else {
        panic!("no index");
    };
    assert_eq!(found.platforms, index.platforms());
    assert_eq!(found.media_type, media_type::OCI_INDEX);

    let missing = Tag::parse("2").unwrap();
    assert_eq!(client.hub_tag(&nginx, &missing).await.unwrap(), None);
    let elsewhere = Repository::parse("ghcr.io/a/b").unwrap();
    assert_eq!(client.hub_tag(&elsewhere, &version).await.unwrap(), None);
    for behaviour in [
        Behaviour::on(Operation::HubTag).status(500),
        Behaviour::on(Operation::HubTag)
            .status(429)
            .header("retry-after", "3600"),
        Behaviour::on(Operation::HubTag).json("{"),
        Behaviour::on(Operation::HubTag).hang_up(),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        assert_eq!(build().hub_tag(&nginx, &version).await.unwrap(), None);
    }
    let offline = Client::builder().offline(true).build().unwrap();
    let error = offline.hub_tag(&nginx, &version).await.unwrap_err();
    assert_eq!(error.code(), Code::Offline);
}

#[tokio::test]
async fn signed_schema_1_is_not_called_damaged() {
    let registry = registry().await;
    let body = r#"{"schemaVersion":1,"name":"team/app","tag":"1","fsLayers":[],"signatures":[{"header":{}}]}"#;
    // The digest is of what is signed, which leaves the signatures out.
    let signed = Digest::sha256_of(
        body.replace(r#","signatures":[{"header":{}}]"#, "")
            .as_bytes(),
    );
    let prettyjws = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    let behaviour = Behaviour::on(Operation::ManifestGet)
        .header("content-type", prettyjws)
        .header("docker-content-digest", signed.as_str());
    registry.behave(behaviour.body(body));
    registry
        .store()
        .publish("team/app", "1", &TestImage::new("x"));
    let error = client().manifest(&app(&registry), &tag("1")).await;
    let error = error.expect_err("an error");
    assert_eq!(*error.kind(), ErrorKind::Schema1);
    let words = "team/app:1 in Docker's schema 1, which was retired in 2017 and cannot be pinned";
    assert!(error.to_string().ends_with(words), "{error}");
    assert!(error.help().unwrap().contains("current builder"));
}
