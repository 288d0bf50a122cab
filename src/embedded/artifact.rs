use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

use super::builder::BuiltImage;
use super::parts::{descriptor, stored};
use super::store::StoredManifest;
use crate::image::media_type;

const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// Something that refers to an image: a signature, an SBOM, a scan's result.
///
/// It is an OCI image manifest with a `subject`, an empty config and one layer ("Guidelines for
/// Artifact Usage" of the OCI image spec 1.1). The same words give the same bytes.
///
/// ```
/// use imagelock::embedded::{ArtifactSpec, TestImage, Store};
///
/// let store = Store::new();
/// let image = store.publish("team/app", "1.0", &TestImage::new("app 1.0"));
/// let sbom = ArtifactSpec::new("application/spdx+json").content(r#"{"name":"app"}"#);
/// let digest = store.attach("team/app", &image, &sbom);
/// assert_eq!(store.referrers("team/app", &image)[0].digest, digest);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactSpec {
    artifact_type: String,
    config: Option<String>,
    layer: String,
    content: Bytes,
    annotations: BTreeMap<String, String>,
}

impl ArtifactSpec {
    /// Describes an artifact of this type; its layer has the same media type unless it is set.
    pub fn new(artifact_type: impl Into<String>) -> Self {
        let artifact_type = artifact_type.into();
        Self {
            layer: artifact_type.clone(),
            artifact_type,
            config: None,
            content: Bytes::from_static(b"{}"),
            annotations: BTreeMap::new(),
        }
    }

    /// Says the type by the config's media type, without `artifactType`, as before image spec 1.1.
    #[must_use]
    pub fn typed_by_config(mut self) -> Self {
        self.config = Some(self.artifact_type.clone());
        self
    }

    /// Sets what the layer holds.
    #[must_use]
    pub fn content(mut self, bytes: impl Into<Bytes>) -> Self {
        self.content = bytes.into();
        self
    }

    /// Sets the layer's media type.
    #[must_use]
    pub fn layer(mut self, media_type: impl Into<String>) -> Self {
        self.layer = media_type.into();
        self
    }

    /// Sets an annotation of the manifest.
    #[must_use]
    pub fn annotation(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.annotations.insert(key.into(), value.into());
        self
    }

    /// Creates the bytes of all parts.
    pub(super) fn build(&self, subject: &StoredManifest) -> BuiltImage {
        let config = Bytes::from_static(b"{}");
        let config_type = self.config.as_deref().unwrap_or(EMPTY);
        let mut document = json!({
            "schemaVersion": 2,
            "mediaType": media_type::OCI_MANIFEST,
            "config": descriptor(config_type, &config),
            "layers": [descriptor(&self.layer, &self.content)],
            "subject": {
                "mediaType": subject.media_type,
                "digest": subject.digest.as_str(),
                "size": subject.bytes.len(),
            },
        });
        if self.config.is_none() {
            document["artifactType"] = self.artifact_type.as_str().into();
        }
        if !self.annotations.is_empty() {
            document["annotations"] = json!(self.annotations);
        }
        let manifest = stored(media_type::OCI_MANIFEST, &document);
        BuiltImage {
            blobs: vec![config, self.content.clone()],
            digest: manifest.digest.clone(),
            manifests: vec![manifest],
        }
    }
}

/// Returns the digest of the `subject` of a manifest or an index.
pub(super) fn subject_of(document: &Value) -> Option<&str> {
    document["subject"]["digest"].as_str()
}
