//! What the command shows of an image, for people and for programs.

use imagelock::embedded::{ArtifactSpec, Background, Behaviour, Operation};
use imagelock::image::media_type;
use serde_json::{Value, json};

use super::content::{Parts, artifact, index, keep, single};
use crate::support::sandbox::{Output, Sandbox};
use crate::support::schemas::follows;

fn registry() -> Background {
    let registry = Background::start().unwrap();
    keep(registry.store(), "team/app", "index", &index());
    keep(registry.store(), "team/app", "single", &single(true));
    let chart = artifact(
        "application/vnd.cncf.helm.config.v1+json",
        b"{}",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    );
    keep(registry.store(), "team/app", "chart", &chart);
    registry
}

fn text(registry: &Background, arguments: &[&str], tag: &str) -> Output {
    let reference = format!("{}/team/app:{tag}", registry.address());
    let mut all = vec!["inspect"];
    all.extend(arguments);
    all.push(&reference);
    Sandbox::new().run(all).exits(0)
}

/// Replaces what differs from run to run: the address, and digests by their number of appearance.
fn stable(registry: &Background, text: &str) -> String {
    let text = text.replace(registry.address(), "registry.example.com");
    let digest = regex::Regex::new("sha256:[0-9a-f]{64}").unwrap();
    let mut seen: Vec<String> = Vec::new();
    let text = digest.replace_all(&text, |found: &regex::Captures<'_>| {
        let found = found[0].to_string();
        let place = seen.iter().position(|known| *known == found);
        let place = place.unwrap_or_else(|| {
            seen.push(found);
            seen.len() - 1
        });
        format!("sha256:{place:0>64}")
    });
    text.into_owned()
}

#[test]
fn an_index_is_shown_in_blocks() {
    let registry = registry();
    let index = registry.store().digest("team/app", "index").unwrap();
    let signature = ArtifactSpec::new("application/vnd.dev.sigstore.bundle.v0.3+json");
    registry.store().attach(
        "team/app",
        &index,
        &signature.annotation("kind", "signature"),
    );
    let output = text(&registry, &[], "index");
    insta::assert_snapshot!(stable(&registry, &output.stdout), @r#"
    reference    registry.example.com/team/app:index
    digest       sha256:0000000000000000000000000000000000000000000000000000000000000000
    media type   application/vnd.oci.image.index.v1+json
    kind         index of 3 manifests and 1 attestation, 1.6 kB
    referrers    1
    annotation   org.opencontainers.image.description=An index

    PLATFORM                        DIGEST                                                                   MANIFEST
    linux/arm64                     sha256:0000000000000000000000000000000000000000000000000000000000000001  739 B
    linux/amd64                     sha256:0000000000000000000000000000000000000000000000000000000000000002  739 B
    windows(10.0.20348.2227)/amd64  sha256:0000000000000000000000000000000000000000000000000000000000000003  739 B     win32k

    ATTESTED     DIGEST                                                                   MANIFEST  STATES
    linux/amd64  sha256:0000000000000000000000000000000000000000000000000000000000000004  834 B     https://slsa.dev/provenance/v0.2, https://spdx.dev/Document

    REFERRER                                       DIGEST                                                                   MANIFEST
    application/vnd.dev.sigstore.bundle.v0.3+json  sha256:0000000000000000000000000000000000000000000000000000000000000005  768 B     kind=signature

    image        linux/amd64
    digest       sha256:0000000000000000000000000000000000000000000000000000000000000002
    config       sha256:0000000000000000000000000000000000000000000000000000000000000006, 1.4 kB
    created      2025-04-16T14:50:31.123456789Z
    author       The Builders <builders@example.com>
    size         1.7 kB in 2 layers
    entrypoint   ["/entry.sh","--name","a b"]
    cmd          ["serve"]
    working dir  /srv
    user         1000:1000
    ports        53/udp, 8080/tcp
    volumes      /data
    stop signal  SIGQUIT
    healthcheck  ["CMD","true"] every 30s, 3 retries
    env          PATH=/usr/bin:/bin
    env          ARCH=amd64
    env          PASSWORD=public
    label        maintainer=builders@example.com
    label        org.opencontainers.image.source=https://example.com/x
    annotation   org.opencontainers.image.version=1.2.3

    LAYER                                                                    SIZE   STEP
    sha256:0000000000000000000000000000000000000000000000000000000000000007  133 B  ADD file:base in /
    -                                                                        -      ENV ARCH
    sha256:0000000000000000000000000000000000000000000000000000000000000008  126 B  RUN /bin/sh -c make install
    "#);
}

#[test]
fn a_single_image_is_shown_in_blocks() {
    let registry = registry();
    registry.behave(Behaviour::on(Operation::Referrers).status(404));
    let output = text(&registry, &[], "single");
    insta::assert_snapshot!(stable(&registry, &output.stdout), @r#"
    reference    registry.example.com/team/app:single
    digest       sha256:0000000000000000000000000000000000000000000000000000000000000000
    media type   application/vnd.docker.distribution.manifest.v2+json
    kind         image, 695 B
    referrers    not known: the registry does not list them, and there is no tag in place of the list

    image        linux/amd64
    config       sha256:0000000000000000000000000000000000000000000000000000000000000001, 1.4 kB
    created      2025-04-16T14:50:31.123456789Z
    author       The Builders <builders@example.com>
    size         1.7 kB in 2 layers
    entrypoint   ["/entry.sh","--name","a b"]
    cmd          ["serve"]
    working dir  /srv
    user         1000:1000
    ports        53/udp, 8080/tcp
    volumes      /data
    stop signal  SIGQUIT
    healthcheck  ["CMD","true"] every 30s, 3 retries
    env          PATH=/usr/bin:/bin
    env          ARCH=amd64
    env          PASSWORD=public
    label        maintainer=builders@example.com
    label        org.opencontainers.image.source=https://example.com/x

    LAYER                                                                    SIZE   STEP
    sha256:0000000000000000000000000000000000000000000000000000000000000002  133 B  ADD file:base in /
    -                                                                        -      ENV ARCH
    sha256:0000000000000000000000000000000000000000000000000000000000000003  126 B  RUN /bin/sh -c make install
    "#);
}

#[test]
fn an_artifact_is_shown_in_blocks() {
    let registry = registry();
    let output = text(&registry, &[], "chart");
    insta::assert_snapshot!(stable(&registry, &output.stdout), @r#"
    reference    registry.example.com/team/app:chart
    digest       sha256:0000000000000000000000000000000000000000000000000000000000000000
    media type   application/vnd.oci.image.manifest.v1+json
    kind         artifact, 640 B
    referrers    none
    annotation   org.opencontainers.image.title=app

    artifact     application/vnd.cncf.helm.config.v1+json
    config       sha256:0000000000000000000000000000000000000000000000000000000000000001, 2 B, application/vnd.cncf.helm.config.v1+json
    size         9 B in 1 layer

    LAYER                                                                    SIZE  MEDIA TYPE                                           FILE
    sha256:0000000000000000000000000000000000000000000000000000000000000002  7 B   application/vnd.cncf.helm.chart.content.v1.tar+gzip  app-1.2.3.tgz
    "#);
}

#[test]
fn programs_get_the_same_and_more() {
    let registry = registry();
    let output = text(&registry, &["--format", "json"], "index");
    let value = follows(&Sandbox::new(), &output, "inspect");
    assert_eq!(value["schema"], "imagelock.inspect/v1");
    assert_eq!(value["kind"], "index");
    assert_eq!(value["platforms"][2]["os-version"], "10.0.20348.2227");
    assert_eq!(value["attestations"][0]["platform"], "linux/amd64");
    assert_eq!(
        value["referrers"],
        json!({"source": "api", "problem": null, "list": []})
    );
    let image = &value["image"];
    assert_eq!(image["run"]["healthcheck"]["interval"], "PT30S");
    assert_eq!(image["run"]["env"][2], "PASSWORD=public");
    let step = image["layers"][1]["created-by"].as_str().unwrap();
    assert!(step.ends_with("# buildkit"), "{step}");
    assert_eq!(image["history"][1]["empty-layer"], true);
    assert_eq!(value["artifact"], Value::Null);
}

#[test]
fn what_referrers_cannot_be_had_is_told() {
    let registry = registry();
    registry.behave(Behaviour::on(Operation::Referrers).status(403));
    text(&registry, &[], "single")
        .says("referrers    not known: ")
        .says("refused to list the referrers");
}

#[test]
fn words_of_builders_and_pushers_cannot_steer_the_terminal() {
    let evil = "\u{1b}[2J\r\u{202e}x\u{0}";
    let mut parts = Parts::default();
    let layer = |parts: &mut Parts| {
        let mut layer = parts.blob(evil, "layer");
        layer["annotations"] = json!({"org.opencontainers.image.title": evil, evil: evil});
        layer
    };
    let config = json!({
        "os": "linux", "architecture": "amd64", "os.version": evil, "os.features": [evil],
        "created": evil, "author": evil,
        "config": {
            "User": evil, "Env": [evil], "Entrypoint": [evil], "Cmd": [evil], "WorkingDir": evil,
            "ExposedPorts": {evil: {}}, "Volumes": {evil: {}}, "StopSignal": evil,
            "Labels": {evil: evil}, "Healthcheck": {"Test": [evil]},
        },
        "history": [{"created_by": evil}, {"created_by": evil, "comment": evil, "empty_layer": true}],
    });
    let config = parts.blob(media_type::OCI_CONFIG, config.to_string());
    let layers = [layer(&mut parts)];
    let mut child = parts.manifest(&json!({
        "schemaVersion": 2, "mediaType": media_type::OCI_MANIFEST, "artifactType": evil,
        "config": config, "layers": layers, "annotations": {evil: evil},
    }));
    child["platform"] =
        json!({"os": "linux", "architecture": "amd64", "os.version": evil, "os.features": [evil]});
    child["artifactType"] = evil.into();
    let mut attestation = parts.manifest(&json!({
        "schemaVersion": 2, "mediaType": media_type::OCI_MANIFEST, "config": config,
        "layers": [{"digest": config["digest"], "annotations": {"in-toto.io/predicate-type": evil}}],
    }));
    attestation["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": child["digest"],
    });
    parts.manifest(&json!({
        "schemaVersion": 2, "mediaType": media_type::OCI_INDEX, "artifactType": evil,
        "manifests": [child, attestation], "annotations": {evil: evil},
    }));
    let registry = registry();
    let built = parts.finish();
    keep(registry.store(), "team/app", "evil", &built);
    let referrer = ArtifactSpec::new(evil).annotation(evil, evil);
    registry
        .store()
        .attach("team/app", &built.digest, &referrer);
    let evil_artifact = artifact(evil, evil.as_bytes(), evil);
    keep(
        registry.store(),
        "team/app",
        "evil-artifact",
        &evil_artifact,
    );
    for tag in ["evil", "evil-artifact"] {
        let shown = text(&registry, &[], tag).stdout;
        let steers = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
        assert!(!shown.contains(steers), "{shown:?}");
        assert!(shown.matches("␛[2J").count() >= 3, "{shown}");
    }
    let shown = text(&registry, &["--attestations"], "evil").stdout;
    assert!(shown.matches("␛[2J").count() >= 20, "{shown}");
}
