//! Images as builders make them, with all that an inspector shows: as parts that can be kept or pushed.

use bytes::Bytes;
use imagelock::embedded::{BuiltImage, Store, StoredManifest};
use imagelock::image::{Digest, media_type};
use serde_json::{Value, json};

pub(super) const WINDOWS: &str = "10.0.20348.2227";
const GZIP_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Parts that are being put together.
#[derive(Default)]
pub(super) struct Parts {
    blobs: Vec<Bytes>,
    manifests: Vec<StoredManifest>,
}

impl Parts {
    /// Adds a blob and returns its descriptor.
    pub(super) fn blob(&mut self, media_type: &str, bytes: impl Into<Bytes>) -> Value {
        let bytes = bytes.into();
        let descriptor = json!({
            "mediaType": media_type,
            "digest": Digest::sha256_of(&bytes).as_str(),
            "size": bytes.len(),
        });
        self.blobs.push(bytes);
        descriptor
    }

    /// Adds a manifest or an index and returns its descriptor.
    pub(super) fn manifest(&mut self, document: &Value) -> Value {
        // Not as any serializer would write it.
        let bytes = Bytes::from(format!("{document:#}\n\n"));
        let manifest = StoredManifest {
            digest: Digest::sha256_of(&bytes),
            media_type: document["mediaType"].as_str().unwrap().to_owned(),
            bytes,
        };
        let descriptor = json!({
            "mediaType": manifest.media_type,
            "digest": manifest.digest.as_str(),
            "size": manifest.bytes.len(),
        });
        self.manifests.push(manifest);
        descriptor
    }

    /// Returns the parts, of which the manifest that was added last is the image.
    pub(super) fn finish(self) -> BuiltImage {
        BuiltImage {
            digest: self.manifests.last().unwrap().digest.clone(),
            blobs: self.blobs,
            manifests: self.manifests,
        }
    }
}

/// Keeps an image in an embedded registry.
pub(super) fn keep(store: &Store, repository: &str, tag: &str, built: &BuiltImage) {
    for blob in &built.blobs {
        store.put_blob(repository, blob.clone());
    }
    for manifest in &built.manifests {
        store.put_manifest(repository, &manifest.media_type, manifest.bytes.clone());
    }
    store.tag(repository, tag, &built.digest);
}

/// Adds a single image for a platform, `os/architecture`, and returns the descriptor of its manifest.
pub(super) fn image(parts: &mut Parts, platform: &str, docker: bool) -> Value {
    let layers: Vec<Value> = ["base", "app"]
        .map(|name| {
            let content = format!("{name} of {platform}").repeat(7);
            let media_type = if docker {
                "application/vnd.docker.image.rootfs.diff.tar.gzip"
            } else {
                GZIP_LAYER
            };
            parts.blob(media_type, content)
        })
        .into();
    let config = config(platform, &layers);
    let (manifest_type, config_type) = if docker {
        (media_type::DOCKER_MANIFEST, media_type::DOCKER_CONFIG)
    } else {
        (media_type::OCI_MANIFEST, media_type::OCI_CONFIG)
    };
    let config = parts.blob(config_type, format!("{config:#}\n"));
    let mut document = json!({
        "schemaVersion": 2,
        "mediaType": manifest_type,
        "config": config,
        "layers": layers,
    });
    if !docker {
        document["annotations"] = json!({"org.opencontainers.image.version": "1.2.3"});
    }
    parts.manifest(&document)
}

fn config(platform: &str, layers: &[Value]) -> Value {
    let (os, architecture) = platform.split_once('/').unwrap();
    let mut config = json!({
        "architecture": architecture,
        "os": os,
        "created": "2025-04-16T14:50:31.123456789Z",
        "author": "The Builders <builders@example.com>",
        "config": {
            "User": "1000:1000",
            "Env": ["PATH=/usr/bin:/bin", format!("ARCH={architecture}"), "PASSWORD=public"],
            "Entrypoint": ["/entry.sh", "--name", "a b"],
            "Cmd": ["serve"],
            "WorkingDir": "/srv",
            "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
            "Volumes": {"/data": {}},
            "StopSignal": "SIGQUIT",
            "Labels": {"maintainer": "builders@example.com", "org.opencontainers.image.source": "https://example.com/x"},
            "Healthcheck": {"Test": ["CMD", "true"], "Interval": 30_000_000_000_u64, "Retries": 3},
        },
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(|layer| layer["digest"].clone()).collect::<Vec<_>>()},
        "history": [
            {"created": "2025-04-16T14:00:00Z", "created_by": "/bin/sh -c #(nop) ADD file:base in / "},
            {"created": "2025-04-16T14:10:00Z", "created_by": "ENV ARCH", "empty_layer": true},
            {"created": "2025-04-16T14:50:31Z", "created_by": "RUN /bin/sh -c make install # buildkit", "comment": "buildkit.dockerfile.v0"},
        ],
    });
    match platform {
        "linux/arm64" => config["variant"] = "v8".into(),
        "windows/amd64" => config["os.version"] = WINDOWS.into(),
        _ => {}
    }
    config
}

/// Returns a single image, of OCI or of Docker's schema 2.
pub(super) fn single(docker: bool) -> BuiltImage {
    let mut parts = Parts::default();
    image(&mut parts, "linux/amd64", docker);
    parts.finish()
}

/// Returns an index with two platforms of Linux and one of Windows, an attestation, and annotations.
pub(super) fn index() -> BuiltImage {
    let mut parts = Parts::default();
    let mut children = Vec::new();
    for (name, platform) in [
        (
            "linux/arm64",
            json!({"os": "linux", "architecture": "arm64", "variant": "v8"}),
        ),
        (
            "linux/amd64",
            json!({"os": "linux", "architecture": "amd64"}),
        ),
        (
            "windows/amd64",
            json!({"os": "windows", "architecture": "amd64", "os.version": WINDOWS, "os.features": ["win32k"]}),
        ),
    ] {
        let mut child = image(&mut parts, name, false);
        child["platform"] = platform;
        children.push(child);
    }
    let statement = r#"{"_type":"https://in-toto.io/Statement/v0.1"}"#;
    let mut layers = Vec::new();
    for predicate in [
        "https://slsa.dev/provenance/v0.2",
        "https://spdx.dev/Document",
    ] {
        let mut layer = parts.blob(
            "application/vnd.in-toto+json",
            format!("{statement}{predicate}"),
        );
        layer["annotations"] = json!({"in-toto.io/predicate-type": predicate});
        layers.push(layer);
    }
    let config = parts.blob(
        media_type::OCI_CONFIG,
        r#"{"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#,
    );
    let mut attestation = parts.manifest(&json!({
        "schemaVersion": 2,
        "mediaType": media_type::OCI_MANIFEST,
        "config": config,
        "layers": layers,
    }));
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    attestation["annotations"] = json!({
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": children[1]["digest"],
    });
    children.push(attestation);
    parts.manifest(&json!({
        "schemaVersion": 2,
        "mediaType": media_type::OCI_INDEX,
        "manifests": children,
        "annotations": {"org.opencontainers.image.description": "An index"},
    }));
    parts.finish()
}

/// Returns an artifact whose config is of this media type, with these bytes.
pub(super) fn artifact(config_type: &str, config: &[u8], layer_type: &str) -> BuiltImage {
    let mut parts = Parts::default();
    let config = parts.blob(config_type, config.to_vec());
    let mut layer = parts.blob(layer_type, "content");
    layer["annotations"] = json!({"org.opencontainers.image.title": "app-1.2.3.tgz"});
    parts.manifest(&json!({
        "schemaVersion": 2,
        "mediaType": media_type::OCI_MANIFEST,
        "config": config,
        "layers": [layer],
        "annotations": {"org.opencontainers.image.title": "app"},
    }));
    parts.finish()
}
