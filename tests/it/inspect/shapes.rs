//! The library's value, for each shape that a manifest has.

use imagelock::embedded::{ArtifactSpec, Behaviour, BuiltImage, Operation, Registry};
use imagelock::error::{Code, Fault};
use imagelock::image::{Digest, Platform, Reference, Repository, Tag, media_type};
use imagelock::inspect::{self, InspectError, Inspection, Kind, Options};
use imagelock::registry::{Client, ReferrersSource};
use serde_json::json;

use super::content::{Parts, WINDOWS, artifact, index, keep, single};

const HELM: &str = "application/vnd.cncf.helm.config.v1+json";

async fn registry_with(built: &BuiltImage) -> (Registry, Reference) {
    let registry = Registry::start().await.unwrap();
    keep(registry.store(), "team/app", "1", built);
    let reference = reference(&registry, "1");
    (registry, reference)
}

fn reference(registry: &Registry, tag: &str) -> Reference {
    let repository = Repository::new(registry.address(), "team/app").unwrap();
    Reference::new(repository, Some(Tag::parse(tag).unwrap()), None)
}

fn client() -> Client {
    Client::builder().build().unwrap()
}

fn platform(text: &str) -> Options {
    Options::new().platform(Some(Platform::parse(text).unwrap()))
}

async fn look(reference: &Reference, options: &Options) -> Result<Inspection, InspectError> {
    inspect::inspect(&client(), reference, options).await
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_index_has_platforms_attestations_and_the_image_of_one() {
    let (registry, reference) = registry_with(&index()).await;
    let found = look(&reference, &Options::new()).await.unwrap();
    assert_eq!(found.kind, Kind::Index);
    assert_eq!(found.media_type, media_type::OCI_INDEX);
    assert_eq!(
        found.digest,
        registry.store().digest("team/app", "1").unwrap()
    );
    assert_eq!(
        found.annotations["org.opencontainers.image.description"],
        "An index"
    );
    let platforms: Vec<_> = found
        .platforms
        .iter()
        .map(|child| child.platform.clone().unwrap())
        .collect();
    assert_eq!(
        texts(&platforms),
        [
            "linux/arm64",
            "linux/amd64",
            "windows(10.0.20348.2227)/amd64"
        ]
    );
    assert_eq!(found.platforms[2].os_version.as_deref(), Some(WINDOWS));
    assert_eq!(found.platforms[2].os_features, ["win32k"]);

    let [attestation] = &found.attestations[..] else {
        panic!("{:?}", found.attestations)
    };
    assert_eq!(attestation.of.as_ref(), Some(&found.platforms[1].digest));
    assert_eq!(
        attestation.platform.as_ref().unwrap().to_string(),
        "linux/amd64"
    );
    let predicates = attestation.predicate_types.as_ref().unwrap();
    assert_eq!(
        texts(predicates),
        [
            "https://slsa.dev/provenance/v0.2",
            "https://spdx.dev/Document"
        ]
    );

    let image = found.image.unwrap();
    assert_eq!(image.digest, found.platforms[1].digest);
    assert_eq!(image.platform.unwrap().to_string(), "linux/amd64");
    assert!(found.artifact.is_none());
    let referrers = found.referrers.unwrap();
    assert_eq!(
        (referrers.source, referrers.list.len()),
        (Some(ReferrersSource::Api), 0)
    );
    // Index, image, attestation, config, referrers.
    assert_eq!(registry.requests().len(), 5);
}

#[tokio::test]
async fn an_image_is_told_whole() {
    let (_registry, reference) = registry_with(&index()).await;
    let found = look(&reference, &platform("linux/arm64/v8")).await.unwrap();
    let image = found.image.unwrap();
    assert_eq!(image.platform.unwrap().to_string(), "linux/arm64");
    assert_eq!(
        (image.os.as_deref(), image.variant.as_deref()),
        (Some("linux"), Some("v8"))
    );
    assert_eq!(
        image.created.as_deref(),
        Some("2025-04-16T14:50:31.123456789Z")
    );
    assert_eq!(
        image.author.as_deref(),
        Some("The Builders <builders@example.com>")
    );
    assert_eq!(image.labels["maintainer"], "builders@example.com");
    assert_eq!(
        image.annotations["org.opencontainers.image.version"],
        "1.2.3"
    );
    let run = &image.run;
    assert_eq!(
        run.env,
        ["PATH=/usr/bin:/bin", "ARCH=arm64", "PASSWORD=public"]
    );
    assert_eq!(run.entrypoint, ["/entry.sh", "--name", "a b"]);
    assert_eq!(run.cmd, ["serve"]);
    assert_eq!(run.working_dir.as_deref(), Some("/srv"));
    assert_eq!(run.user.as_deref(), Some("1000:1000"));
    assert_eq!(run.exposed_ports, ["53/udp", "8080/tcp"]);
    assert_eq!(run.volumes, ["/data"]);
    assert_eq!(run.stop_signal.as_deref(), Some("SIGQUIT"));
    assert_eq!(run.healthcheck.as_ref().unwrap().test, ["CMD", "true"]);
    assert_eq!(image.history.len(), 3);
    assert!(image.history[1].empty_layer);
    let sizes: u64 = image.layers.iter().map(|layer| layer.size_bytes).sum();
    assert_eq!(image.size_bytes, sizes + image.config.size_bytes);
    let made_by = image.layers[1].created_by.as_deref().unwrap();
    assert!(
        made_by.starts_with("RUN /bin/sh -c make install"),
        "{made_by}"
    );
    // The attestation is of another platform, and is not read.
    assert_eq!(found.attestations[0].predicate_types, None);
    let all = look(&reference, &platform("linux/arm64").attestations(true))
        .await
        .unwrap();
    assert!(all.attestations[0].predicate_types.is_some());
}

#[tokio::test]
async fn a_single_image_of_either_dialect_has_no_platforms_beside_it() {
    for docker in [false, true] {
        let (_registry, reference) = registry_with(&single(docker)).await;
        let found = look(&reference, &Options::new()).await.unwrap();
        assert_eq!(found.kind, Kind::Image);
        assert!(found.platforms.is_empty() && found.attestations.is_empty());
        let expected = if docker {
            media_type::DOCKER_MANIFEST
        } else {
            media_type::OCI_MANIFEST
        };
        assert_eq!(found.media_type, expected);
        let image = found.image.unwrap();
        assert_eq!(image.digest, found.digest);
        assert_eq!(image.layers.len(), 2);
        assert_eq!(image.run.env.len(), 3);
        // It is of one platform, and of no other.
        look(&reference, &platform("linux/amd64")).await.unwrap();
        let error = look(&reference, &platform("linux/arm64"))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Code::PlatformMissing);
        assert_eq!(error.notes(), ["there are: linux/amd64"]);
    }
}

#[tokio::test]
async fn a_platform_that_is_missing_names_those_that_there_are() {
    let (_registry, reference) = registry_with(&index()).await;
    let error = look(&reference, &platform("linux/s390x"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::PlatformMissing);
    assert_eq!(
        error.notes(),
        ["there are: linux/arm64, linux/amd64, windows(10.0.20348.2227)/amd64"]
    );
}

#[tokio::test]
async fn artifacts_are_told_from_images() {
    for (config, layer) in [
        (HELM, "application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
        ("application/vnd.wasm.config.v0+json", "application/wasm"),
        // Not even JSON: it is not read.
        ("application/vnd.example.config", "application/octet-stream"),
    ] {
        let (registry, reference) = registry_with(&artifact(config, b"\xff\x00{", layer)).await;
        let found = look(&reference, &Options::new()).await.unwrap();
        assert_eq!(found.kind, Kind::Artifact);
        assert!(found.image.is_none());
        let artifact = found.artifact.unwrap();
        assert_eq!(artifact.artifact_type, config);
        assert_eq!(artifact.layers[0].media_type, layer);
        assert_eq!(registry.count(Operation::BlobGet), 0);
        let error = look(&reference, &platform("linux/amd64"))
            .await
            .unwrap_err();
        assert_eq!(error.notes(), ["it has no platforms"]);
    }
}

#[tokio::test]
async fn what_refers_to_it_is_listed_and_says_what_it_refers_to() {
    let (registry, reference) = registry_with(&single(false)).await;
    let store = registry.store();
    let subject = store.digest("team/app", "1").unwrap();
    let sbom = ArtifactSpec::new("application/spdx+json").annotation("note", "one");
    let digest = store.attach("team/app", &subject, &sbom);
    let found = look(&reference, &Options::new()).await.unwrap();
    let referrers = found.referrers.unwrap();
    assert_eq!(referrers.source, Some(ReferrersSource::Api));
    assert_eq!(referrers.list[0].digest, digest);
    assert_eq!(
        referrers.list[0].artifact_type.as_deref(),
        Some("application/spdx+json")
    );
    assert_eq!(referrers.list[0].annotations["note"], "one");
    let repository = reference.repository().clone();
    let by_digest = Reference::new(repository, None, Some(digest));
    let found = look(&by_digest, &Options::new()).await.unwrap();
    assert_eq!(found.subject, Some(subject));
    assert_eq!(
        found.artifact_type.as_deref(),
        Some("application/spdx+json")
    );
    assert_eq!(found.kind, Kind::Artifact);
}

#[tokio::test]
async fn referrers_that_cannot_be_had_spoil_nothing_else_and_are_not_none() {
    let (registry, reference) = registry_with(&single(false)).await;
    registry.behave(Behaviour::on(Operation::Referrers).status(403));
    let referrers = look(&reference, &Options::new())
        .await
        .unwrap()
        .referrers
        .unwrap();
    assert_eq!(referrers.source, None);
    assert!(
        referrers
            .problem
            .unwrap()
            .contains("refused to list the referrers")
    );
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Referrers).status(404));
    let referrers = look(&reference, &Options::new())
        .await
        .unwrap()
        .referrers
        .unwrap();
    assert_eq!(referrers.source, Some(ReferrersSource::Unsupported));
    let found = look(&reference, &Options::new().referrers(false))
        .await
        .unwrap();
    assert_eq!(found.referrers, None);
}

#[tokio::test]
async fn a_reference_without_a_tag_is_latest_and_one_with_a_digest_is_that() {
    let registry = Registry::start().await.unwrap();
    keep(registry.store(), "team/app", "latest", &single(false));
    keep(registry.store(), "team/app", "1", &single(true));
    let repository = Repository::new(registry.address(), "team/app").unwrap();
    let bare = Reference::new(repository.clone(), None, None);
    let found = look(&bare, &Options::new()).await.unwrap();
    assert_eq!(found.reference.to_string(), format!("{repository}:latest"));
    assert_eq!(found.media_type, media_type::OCI_MANIFEST);
    let both = Reference::new(
        repository,
        Some(Tag::parse("1").unwrap()),
        Some(found.digest.clone()),
    );
    let found = look(&both, &Options::new()).await.unwrap();
    assert_eq!(found.media_type, media_type::OCI_MANIFEST);
    assert_eq!(found.reference, both);
}

#[tokio::test]
async fn what_is_no_manifest_of_today_says_what_it_is() {
    let schema1 = r#"{"schemaVersion":1,"name":"team/app","tag":"1","fsLayers":[{"blobSum":"x"}],"history":[]}"#;
    for (body, words) in [
        (schema1, "schema 1"),
        (
            r#"{"hello":"world"}"#,
            "neither an image manifest nor an index",
        ),
        ("<html>", "web page"),
    ] {
        let (registry, reference) = registry_with(&single(false)).await;
        let digest = Digest::sha256_of(body.as_bytes());
        let behaviour = Behaviour::on(Operation::ManifestGet)
            .header(
                "content-type",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
            )
            .header("docker-content-digest", digest.as_str());
        registry.behave(behaviour.body(body));
        let error = look(&reference, &Options::new()).await.unwrap_err();
        assert_eq!(error.code(), Code::RegistryInvalid);
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.to_string().contains("team/app:1"), "{error}");
    }
}

#[tokio::test]
async fn what_was_read_once_is_read_again_without_the_network() {
    let (registry, reference) = registry_with(&index()).await;
    let folder = tempfile::tempdir().unwrap();
    let cached = |offline| {
        let cache = imagelock::registry::ContentCache::new(folder.path());
        Client::builder()
            .cache(cache)
            .offline(offline)
            .build()
            .unwrap()
    };
    let found = inspect::inspect(&cached(false), &reference, &Options::new())
        .await
        .unwrap();
    let repository = reference.repository().clone();
    let by_digest = Reference::new(repository, None, Some(found.digest.clone()));
    let again = inspect::inspect(&cached(true), &by_digest, &Options::new())
        .await
        .unwrap();
    assert_eq!(
        (again.image, again.platforms),
        (found.image, found.platforms)
    );
    assert_eq!(again.referrers.unwrap().source, None);
    drop(registry);
}

#[tokio::test]
async fn an_index_of_nothing_is_one() {
    let registry = Registry::start().await.unwrap();
    let empty = format!(
        r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[]}}"#,
        media_type::OCI_INDEX
    );
    let digest = registry
        .store()
        .put_manifest("team/app", media_type::OCI_INDEX, empty);
    registry.store().tag("team/app", "1", &digest);
    let reference = reference(&registry, "1");
    let found = look(&reference, &Options::new()).await.unwrap();
    assert_eq!((found.kind, found.platforms.len()), (Kind::Index, 0));
    assert!(found.image.is_none() && found.artifact.is_none());
    let error = inspect::config(&client(), &reference, None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("has no config"), "{error}");
}

#[tokio::test]
async fn an_image_that_says_little_has_the_platform_of_its_index() {
    let mut parts = Parts::default();
    let config = parts.blob(media_type::OCI_CONFIG, r#"{"config":null,"history":null}"#);
    let document = json!({"schemaVersion": 2, "mediaType": media_type::OCI_MANIFEST, "config": config, "layers": null});
    let mut child = parts.manifest(&document);
    child["platform"] = json!({"os": "linux", "architecture": "riscv64"});
    parts.manifest(
        &json!({"schemaVersion": 2, "mediaType": media_type::OCI_INDEX, "manifests": [child]}),
    );
    let (_registry, reference) = registry_with(&parts.finish()).await;
    let image = look(&reference, &Options::new())
        .await
        .unwrap()
        .image
        .unwrap();
    assert_eq!(image.platform.unwrap().to_string(), "linux/riscv64");
    assert_eq!((image.created, image.layers.len()), (None, 0));
}
