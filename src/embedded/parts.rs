//! The documents that images are made of, as JSON.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::store::StoredManifest;
use crate::image::{Digest, media_type};

const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// The media types that belong together.
#[derive(Clone, Copy)]
pub(super) struct PartsDialect {
    pub(super) index: &'static str,
    pub(super) manifest: &'static str,
    pub(super) config: &'static str,
    pub(super) layer: &'static str,
}

pub(super) const OCI: PartsDialect = PartsDialect {
    index: media_type::OCI_INDEX,
    manifest: media_type::OCI_MANIFEST,
    config: media_type::OCI_CONFIG,
    layer: OCI_LAYER,
};

pub(super) const DOCKER: PartsDialect = PartsDialect {
    index: media_type::DOCKER_LIST,
    manifest: media_type::DOCKER_MANIFEST,
    config: media_type::DOCKER_CONFIG,
    layer: DOCKER_LAYER,
};

/// Returns the attestation of one platform's manifest: a manifest with an in-toto statement.
pub(super) fn attestation(
    dialect: PartsDialect,
    seed: &str,
    build: &str,
    subject: &Digest,
    blobs: &mut Vec<Bytes>,
) -> StoredManifest {
    let statement = bytes_of(&json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{"name": seed, "digest": {"sha256": subject.hex()}}],
        "predicate": {"buildType": "https://mobyproject.org/buildkit@v1", "invocation": build},
    }));
    let config = bytes_of(&json!({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [Digest::sha256_of(&statement).as_str()]},
    }));
    let mut layer = descriptor(IN_TOTO, &statement);
    layer.insert(
        "annotations".into(),
        json!({"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}),
    );
    let document = json!({
        "schemaVersion": 2,
        "mediaType": dialect.manifest,
        "config": descriptor(dialect.config, &config),
        "layers": [layer],
    });
    blobs.extend([config, statement]);
    stored(dialect.manifest, &document)
}

pub(super) fn platform_fields(platform: &str) -> Map<String, Value> {
    let mut parts = platform.splitn(3, '/');
    let mut fields = Map::new();
    let os = parts.next().unwrap_or_default();
    let architecture = parts.next().unwrap_or_default();
    fields.insert("architecture".into(), architecture.into());
    let (os, version) = os.split_once('(').unwrap_or((os, ""));
    fields.insert("os".into(), os.into());
    if let Some(version) = version.strip_suffix(')') {
        fields.insert("os.version".into(), version.into());
    }
    if let Some(variant) = parts.next() {
        fields.insert("variant".into(), variant.into());
    }
    fields
}

pub(super) fn descriptor(media_type: &str, bytes: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("mediaType".into(), media_type.into());
    fields.insert("digest".into(), Digest::sha256_of(bytes).as_str().into());
    fields.insert("size".into(), bytes.len().into());
    fields
}

pub(super) fn stored(media_type: &str, document: &Value) -> StoredManifest {
    let bytes = bytes_of(document);
    StoredManifest {
        digest: Digest::sha256_of(&bytes),
        media_type: media_type.to_owned(),
        bytes,
    }
}

pub(super) fn bytes_of(document: &Value) -> Bytes {
    Bytes::from(format!("{document:#}"))
}
