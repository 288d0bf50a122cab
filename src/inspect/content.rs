use std::collections::BTreeMap;

use serde::Serialize;

use super::index::known_platform;

use crate::image::{Descriptor, Digest, HistoryLine, ImageConfig, Manifest, Platform, RunSettings};

/// One image: its manifest and the contents of its config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Image {
    /// The digest of the manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The normalized platform; `null` if the config does not say.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub platform: Option<Platform>,
    /// The operating system as written in the config.
    pub os: Option<String>,
    /// The architecture as written in the config.
    pub architecture: Option<String>,
    /// The variant of the architecture as written in the config.
    pub variant: Option<String>,
    /// The required version of the operating system, for Windows.
    pub os_version: Option<String>,
    /// The required features of the operating system.
    pub os_features: Vec<String>,
    /// The build date as written by the publisher, including placeholders.
    pub created: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The blob of the config.
    pub config: Blob,
    /// The stored size of config and layers together, in bytes.
    pub size_bytes: u64,
    /// The default settings of a container.
    pub run: RunSettings,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// The layers, lowest first.
    pub layers: Vec<Layer>,
    /// The build history, lowest layer first, including steps that created no layer.
    pub history: Vec<HistoryLine>,
}

/// An artifact in the form of an image: its config is not an image config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Artifact {
    /// The digest of the manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The type: that in the manifest, otherwise the media type of the config.
    pub artifact_type: String,
    /// The blob of the config, which may be the empty one.
    pub config: Blob,
    /// The stored size of config and layers together, in bytes.
    pub size_bytes: u64,
    /// The annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// The parts of the artifact.
    pub layers: Vec<Layer>,
}

/// A blob listed in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Blob {
    /// The digest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type.
    pub media_type: String,
    /// The size in bytes.
    pub size_bytes: u64,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Layer {
    /// The digest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type.
    pub media_type: String,
    /// The stored size in bytes.
    pub size_bytes: u64,
    /// The command that created it; `null` if the history does not say, or does not match the layers.
    pub created_by: Option<String>,
    /// The annotations in the manifest.
    pub annotations: BTreeMap<String, String>,
}

impl Image {
    pub(super) fn new(digest: Digest, manifest: &Manifest, config: ImageConfig) -> Self {
        Self {
            digest,
            platform: config.platform,
            os: config.os,
            architecture: config.architecture,
            variant: config.variant,
            os_version: config.os_version,
            os_features: config.os_features,
            created: config.created_text,
            author: config.author,
            config: Blob::of(&manifest.config),
            size_bytes: manifest.size_bytes(),
            run: config.run,
            labels: config.labels,
            annotations: manifest.annotations.clone(),
            layers: layers(manifest, &config.history),
            history: config.history,
        }
    }

    /// Takes from the index what the config does not say.
    pub(super) fn learn(&mut self, child: &Descriptor) {
        let known = known_platform(child);
        let is_less = |platform: &Platform| platform.os_version().is_none();
        // The config may leave the build of Windows to the index.
        if let Some(known) = known
            && self
                .platform
                .as_ref()
                .is_none_or(|own| is_less(own) && own.admits(&known))
        {
            self.platform = Some(known);
        }
        if self.os_version.is_none() {
            self.os_version.clone_from(&child.os_version);
        }
    }
}

impl Artifact {
    pub(super) fn new(digest: Digest, manifest: &Manifest) -> Self {
        let of_config = || manifest.config.media_type.clone();
        Self {
            digest,
            artifact_type: manifest.artifact_type.clone().unwrap_or_else(of_config),
            config: Blob::of(&manifest.config),
            size_bytes: manifest.size_bytes(),
            annotations: manifest.annotations.clone(),
            layers: layers(manifest, &[]),
        }
    }
}

impl Blob {
    fn of(descriptor: &Descriptor) -> Self {
        Self {
            digest: descriptor.digest.clone(),
            media_type: descriptor.media_type.clone(),
            size_bytes: descriptor.size,
        }
    }
}

/// Returns the layers, each with its step of the history if there is one for each.
fn layers(manifest: &Manifest, history: &[HistoryLine]) -> Vec<Layer> {
    let steps: Vec<_> = history.iter().filter(|line| !line.empty_layer).collect();
    let is_whole = steps.len() == manifest.layers.len();
    let layers = manifest.layers.iter().enumerate();
    layers
        .map(|(place, layer)| Layer {
            digest: layer.digest.clone(),
            media_type: layer.media_type.clone(),
            size_bytes: layer.size,
            created_by: steps
                .get(place)
                .filter(|_| is_whole)
                .and_then(|line| line.created_by.clone()),
            annotations: layer.annotations.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Document;
    use serde_json::json;

    fn created_by(history: &serde_json::Value) -> Vec<Option<String>> {
        let blob = |seed: &str| json!({"digest": Digest::sha256_of(seed.as_bytes()).to_string(), "size": seed.len()});
        let manifest = json!({"config": blob("config"), "layers": [blob("a"), blob("b")]});
        let config =
            ImageConfig::parse(json!({"history": history}).to_string().as_bytes()).unwrap();
        let document = Document::parse(manifest.to_string().as_bytes(), "").unwrap();
        let Document::Manifest(manifest) = document else {
            panic!("{document:?}")
        };
        let image = Image::new(Digest::sha256_of(b"x"), &manifest, config);
        assert_eq!(image.size_bytes, 8);
        image
            .layers
            .into_iter()
            .map(|layer| layer.created_by)
            .collect()
    }

    #[test]
    fn steps_that_made_no_layer_are_passed_over() {
        let history = json!([
            {"created_by": "ADD"},
            {"created_by": "ENV", "empty_layer": true},
            {"created_by": "RUN"},
        ]);
        assert_eq!(
            created_by(&history),
            [Some("ADD".into()), Some("RUN".into())]
        );
    }

    #[test]
    fn a_history_that_does_not_fit_says_nothing_of_layers() {
        assert_eq!(created_by(&json!([{"created_by": "ADD"}])), [None, None]);
        assert_eq!(created_by(&json!(null)), [None, None]);
    }
}
