use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{read_list, read_texts, text};
use super::platform_grammar::is_word;
use super::{Digest, DocumentError, Platform, media_type};

/// A pointer to content: what it is, how large, and its digest (OCI image spec 1.1, "Descriptors").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The media type; may be empty.
    pub media_type: String,
    /// The content's digest.
    pub digest: Digest,
    /// The content's size in bytes; 0 where the document does not say.
    pub size: u64,
    /// The platform, where the descriptor stands in an index and says one.
    pub platform: Option<Platform>,
    /// The version of the operating system that goes with the platform, as Windows wants it.
    pub os_version: Option<String>,
    /// What is wanted of that operating system.
    pub os_features: Vec<String>,
    /// The artifact type; may be absent.
    pub artifact_type: Option<String>,
    /// The annotations.
    pub annotations: BTreeMap<String, String>,
}

/// An image manifest, OCI's or Docker's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The `mediaType` member; may be empty.
    pub media_type: String,
    /// The artifact type, for things in an image's shape that are none.
    pub artifact_type: Option<String>,
    /// The image's config.
    pub config: Descriptor,
    /// The layers, lowest first.
    pub layers: Vec<Descriptor>,
    /// The manifest that this one refers to, as a signature does.
    pub subject: Option<Box<Descriptor>>,
    /// The annotations.
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    /// Returns the digest of the manifest this one attests, if it is a BuildKit attestation.
    pub fn attestation_of(&self) -> Option<&str> {
        let kind = self.annotations.get("vnd.docker.reference.type")?;
        (kind == "attestation-manifest").then(|| {
            self.annotations
                .get("vnd.docker.reference.digest")
                .map_or("", String::as_str)
        })
    }

    /// Returns `true` if this is an index, according to its media type.
    pub fn is_index(&self) -> bool {
        media_type::is_index(&self.media_type)
    }

    /// Returns the artifact type, if this is not an image.
    ///
    /// For images, some clients write the media type of the config there (OCI image spec 1.1, "Descriptors").
    pub fn artifact(&self) -> Option<&str> {
        let artifact_type = self.artifact_type.as_deref();
        artifact_type.filter(|artifact_type| !media_type::is_config(artifact_type))
    }

    pub(super) fn read(value: &Value) -> Result<Self, DocumentError> {
        let digest = Digest::parse(text(value, "digest").unwrap_or_default()).map_err(|error| {
            DocumentError::Invalid {
                reason: error.to_string(),
            }
        })?;
        let platform = value.get("platform").filter(|value| value.is_object());
        let (os_version, os_features) = platform.map(read_system).unwrap_or_default();
        Ok(Self {
            media_type: text(value, "mediaType").unwrap_or_default().into(),
            digest,
            size: value.get("size").and_then(Value::as_u64).unwrap_or(0),
            platform: platform.and_then(read_platform),
            os_version,
            os_features,
            artifact_type: text(value, "artifactType").map(Into::into),
            annotations: read_texts(value.get("annotations")),
        })
    }
}

impl Manifest {
    pub(super) fn read(value: &Value) -> Result<Self, DocumentError> {
        let config = value.get("config").ok_or_else(|| DocumentError::Invalid {
            reason: "it has layers and no config".into(),
        })?;
        Ok(Self {
            media_type: text(value, "mediaType").unwrap_or_default().into(),
            artifact_type: text(value, "artifactType").map(Into::into),
            config: Descriptor::read(config)?,
            layers: read_descriptors(value.get("layers"))?,
            subject: read_subject(value).map(Box::new),
            annotations: read_texts(value.get("annotations")),
        })
    }

    /// Returns the type, if this is not an image: its config has another type than image configs.
    pub fn artifact(&self) -> Option<&str> {
        let config = self.config.media_type.as_str();
        if config.is_empty() || media_type::is_config(config) {
            return None;
        }
        Some(self.artifact_type.as_deref().unwrap_or(config))
    }

    /// Returns the stored size of config and layers together, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.layers.iter().fold(self.config.size, |sum, layer| {
            sum.saturating_add(layer.size)
        })
    }
}

/// Reads the platform of a descriptor or a config; `None` where a part is missing or unprintable.
pub(super) fn read_platform(value: &Value) -> Option<Platform> {
    let word = |member| text(value, member).filter(|text| is_word(text));
    let platform = Platform::new(word("os")?, word("architecture")?, word("variant"));
    Some(platform.with_os_version(text(value, "os.version")))
}

/// Reads the version of the operating system and its features, of a platform or of a config.
pub(super) fn read_system(value: &Value) -> (Option<String>, Vec<String>) {
    let version = text(value, "os.version").map(Into::into);
    (version, read_list(value.get("os.features")))
}

/// Reads the subject of a manifest or an index.
///
/// One that is broken does not make the manifest unreadable.
pub(super) fn read_subject(value: &Value) -> Option<Descriptor> {
    Descriptor::read(value.get("subject")?).ok()
}

/// Reads a list of descriptors; `null` is an empty list.
pub(super) fn read_descriptors(value: Option<&Value>) -> Result<Vec<Descriptor>, DocumentError> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(Descriptor::read)
        .collect()
}
