use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::archive::tar_of;
use super::parts::{
    DOCKER, OCI, PartsDialect, attestation, bytes_of, descriptor, platform_fields, stored,
};
use super::store::StoredManifest;
use crate::image::Digest;

/// A believable image, described in a few words; the same words give the same bytes.
///
/// Without [`TestImage::platforms`] it is a single OCI manifest for `linux/amd64`, with them an
/// index. Any difference in the seed gives other layers, and so other digests for every platform.
///
/// ```
/// use imagelock::embedded::{TestImage, Store};
///
/// let store = Store::new();
/// let image = TestImage::new("nginx 1.27.5").platforms(["linux/amd64", "linux/arm64"]);
/// let digest = store.publish("library/nginx", "1.27.5", &image);
/// assert_eq!(store.publish("library/nginx", "1.27", &image), digest);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestImage {
    seed: String,
    layer: Option<String>,
    platforms: Vec<String>,
    index: bool,
    docker: bool,
    created: Option<Timestamp>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    attestations: Option<String>,
}

/// The parts of an image, ready to be kept or pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltImage {
    /// Configs and layers, in the order they were made.
    pub blobs: Vec<Bytes>,
    /// Manifests, children before the index that names them: the last one is the image.
    pub manifests: Vec<StoredManifest>,
    /// The digest of the last manifest.
    pub digest: Digest,
}

impl TestImage {
    /// Describes an image whose content is this text, such as a name and a version.
    pub fn new(seed: impl Into<String>) -> Self {
        Self {
            seed: seed.into(),
            layer: None,
            platforms: vec!["linux/amd64".to_owned()],
            index: false,
            docker: false,
            created: None,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            attestations: None,
        }
    }

    /// Makes it an index of these platforms, `os/arch[/variant]`, written into it as they are; a Windows build
    /// goes with the system: `windows(10.0.20348.2582)/amd64`.
    #[must_use]
    pub fn platforms<P: Into<String>>(mut self, platforms: impl IntoIterator<Item = P>) -> Self {
        self.platforms = platforms.into_iter().map(Into::into).collect();
        self.index = true;
        self
    }

    /// Makes it a single manifest for this platform.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<String>) -> Self {
        self.platforms = vec![platform.into()];
        self.index = false;
        self
    }

    /// Fills the layers with this text in place of the seed, so that images can share them.
    ///
    /// The configs still differ with the seed, and so do the digests.
    #[must_use]
    pub fn layer(mut self, text: impl Into<String>) -> Self {
        self.layer = Some(text.into());
        self
    }

    /// Uses Docker's media types: a manifest list, and no annotations.
    #[must_use]
    pub fn docker(mut self) -> Self {
        self.docker = true;
        self
    }

    /// Sets the time of creation, in the configs and as `org.opencontainers.image.created`.
    #[must_use]
    pub fn created(mut self, created: Timestamp) -> Self {
        self.created = Some(created);
        self.mark("created", &created.to_string())
    }

    /// Sets where the source code is, as `org.opencontainers.image.source`.
    #[must_use]
    pub fn source(self, url: &str) -> Self {
        self.mark("source", url)
    }

    /// Sets the revision of the source code, as `org.opencontainers.image.revision`.
    #[must_use]
    pub fn revision(self, revision: &str) -> Self {
        self.mark("revision", revision)
    }

    /// Sets the version, as `org.opencontainers.image.version`.
    #[must_use]
    pub fn version(self, version: &str) -> Self {
        self.mark("version", version)
    }

    /// Sets a label of the configs, so that every platform's digest changes with it.
    #[must_use]
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// Sets an annotation of the topmost document alone: of the index where there is one.
    #[must_use]
    pub fn annotation(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.annotations.insert(key.into(), value.into());
        self
    }

    /// Adds an attestation for each platform, in the way of `BuildKit`; makes it an index.
    ///
    /// Another build gives other attestations and another index while the platforms stay the same.
    #[must_use]
    pub fn attestations(mut self, build: impl Into<String>) -> Self {
        self.attestations = Some(build.into());
        self.index = true;
        self
    }

    fn mark(self, name: &str, value: &str) -> Self {
        let key = format!("org.opencontainers.image.{name}");
        self.label(key.clone(), value).annotation(key, value)
    }

    pub(super) fn created_at(&self) -> Option<Timestamp> {
        self.created
    }

    /// Creates the bytes of all parts.
    pub fn build(&self) -> BuiltImage {
        let dialect = if self.docker { DOCKER } else { OCI };
        let mut blobs = Vec::new();
        let mut manifests: Vec<StoredManifest> = Vec::new();
        let mut descriptors = Vec::new();
        for platform in &self.platforms {
            let manifest = self.platform_manifest(dialect, platform, &mut blobs);
            let mut entry = descriptor(&manifest.media_type, &manifest.bytes);
            entry.insert("platform".into(), Value::Object(platform_fields(platform)));
            descriptors.push(entry);
            manifests.push(manifest);
        }
        if let Some(build) = &self.attestations {
            let subjects: Vec<_> = manifests.iter().map(|m| m.digest.clone()).collect();
            for subject in subjects {
                let manifest = attestation(dialect, &self.seed, build, &subject, &mut blobs);
                let mut entry = descriptor(&manifest.media_type, &manifest.bytes);
                entry.insert(
                    "platform".into(),
                    json!({"architecture": "unknown", "os": "unknown"}),
                );
                entry.insert(
                    "annotations".into(),
                    json!({
                        "vnd.docker.reference.digest": subject.as_str(),
                        "vnd.docker.reference.type": "attestation-manifest",
                    }),
                );
                descriptors.push(entry);
                manifests.push(manifest);
            }
        }
        if self.index || manifests.is_empty() {
            let document = json!({
                "schemaVersion": 2,
                "mediaType": dialect.index,
                "manifests": descriptors,
            });
            manifests.push(self.finish(dialect.index, document, true));
        }
        let digest = manifests.last().map_or_else(
            || Digest::sha256_of(b""),
            |manifest| manifest.digest.clone(),
        );
        BuiltImage {
            blobs,
            manifests,
            digest,
        }
    }

    fn platform_manifest(
        &self,
        dialect: PartsDialect,
        platform: &str,
        blobs: &mut Vec<Bytes>,
    ) -> StoredManifest {
        let text = self.layer.as_ref().unwrap_or(&self.seed);
        let layer = tar_of("etc/image-release", &format!("{text}\n{platform}\n"));
        let layer = Bytes::from(layer);
        let mut config = platform_fields(platform);
        if let Some(created) = self.created {
            config.insert("created".into(), created.to_string().into());
        }
        config.insert(
            "config".into(),
            json!({"Cmd": ["/bin/sh"], "Labels": self.labels}),
        );
        let diff_id = Digest::sha256_of(&layer);
        config.insert(
            "rootfs".into(),
            json!({"type": "layers", "diff_ids": [diff_id.as_str()]}),
        );
        let mut step = json!({"created_by": format!("COPY release of {} /etc", self.seed)});
        if let Some(created) = self.created {
            step["created"] = created.to_string().into();
        }
        config.insert("history".into(), json!([step]));
        let config = bytes_of(&Value::Object(config));
        let document = json!({
            "schemaVersion": 2,
            "mediaType": dialect.manifest,
            "config": descriptor(dialect.config, &config),
            "layers": [descriptor(dialect.layer, &layer)],
        });
        blobs.extend([config, layer]);
        self.finish(dialect.manifest, document, !self.index)
    }

    fn finish(&self, media_type: &str, mut document: Value, topmost: bool) -> StoredManifest {
        if topmost && !self.docker && !self.annotations.is_empty() {
            document["annotations"] = json!(self.annotations);
        }
        stored(media_type, &document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::media_type;

    fn children(built: &BuiltImage) -> Vec<(String, String)> {
        let index: Value = serde_json::from_slice(&built.manifests.last().unwrap().bytes).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        index["manifests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|child| (text(&child["platform"]["os"]), text(&child["digest"])))
            .collect()
    }

    #[test]
    fn the_same_words_give_the_same_bytes_and_other_seeds_other_ones() {
        let image = TestImage::new("nginx 1.27.5").platforms(["linux/amd64", "linux/arm64/v8"]);
        assert_eq!(image.build(), image.clone().build());
        let other = TestImage::new("nginx 1.27.6").platforms(["linux/amd64", "linux/arm64/v8"]);
        let (one, two) = (children(&image.build()), children(&other.build()));
        assert_eq!(one.len(), 2);
        assert!(one.iter().zip(&two).all(|(one, two)| one.1 != two.1));
    }

    #[test]
    fn another_build_changes_only_the_attestations() {
        let image = TestImage::new("api").platforms(["linux/amd64", "linux/arm64"]);
        let one = image.clone().attestations("build 1").build();
        let two = image.attestations("build 2").build();
        assert_ne!(one.digest, two.digest);
        let (one, two) = (children(&one), children(&two));
        assert_eq!(one[..2], two[..2]);
        assert!(one[2..].iter().all(|child| child.0 == "unknown"));
        assert_ne!(one[2..], two[2..]);
    }

    #[test]
    fn images_can_share_layers() {
        let one = TestImage::new("1.0").layer("base").build();
        let two = TestImage::new("1.1").layer("base").build();
        assert_ne!(one.digest, two.digest);
        let shared = one.blobs.iter().filter(|blob| two.blobs.contains(blob));
        assert_eq!(shared.count(), 1);
    }

    #[test]
    fn an_annotation_changes_only_the_index() {
        let image = TestImage::new("api").platforms(["linux/amd64"]);
        let one = image.build();
        let two = image.annotation("note", "again").build();
        assert_ne!(one.digest, two.digest);
        assert_eq!(children(&one), children(&two));
    }

    #[test]
    fn dockers_dialect_has_dockers_media_types_and_no_annotations() {
        let built = TestImage::new("x")
            .platforms(["linux/amd64"])
            .source("https://example.com/x")
            .docker()
            .build();
        let types: Vec<_> = built.manifests.iter().map(|m| &*m.media_type).collect();
        assert_eq!(
            types,
            [media_type::DOCKER_MANIFEST, media_type::DOCKER_LIST]
        );
        let index = std::str::from_utf8(&built.manifests[1].bytes).unwrap();
        assert!(!index.contains("annotations"), "{index}");
    }
}
