use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::{read_descriptors, read_subject, read_texts, text};
use super::{Descriptor, Digest, DocumentError, Platform};

/// Several manifests under one digest, OCI's index or Docker's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The `mediaType` member; may be empty.
    pub media_type: String,
    /// The artifact type, for an index of something else than images.
    pub artifact_type: Option<String>,
    /// The children, in the index's order.
    pub descriptors: Vec<Descriptor>,
    /// The manifest that this index says something of.
    pub subject: Option<Descriptor>,
    /// The annotations.
    pub annotations: BTreeMap<String, String>,
}

impl Index {
    pub(super) fn read(value: &Value) -> Result<Self, DocumentError> {
        Ok(Self {
            media_type: text(value, "mediaType").unwrap_or_default().into(),
            artifact_type: text(value, "artifactType").map(Into::into),
            descriptors: read_descriptors(value.get("manifests"))?,
            subject: read_subject(value),
            annotations: read_texts(value.get("annotations")),
        })
    }

    /// Returns the platforms with their digests; of two children for one platform, the first.
    ///
    /// Attestations and children without a platform are none.
    pub fn platforms(&self) -> BTreeMap<Platform, Digest> {
        let mut platforms = BTreeMap::new();
        for child in &self.descriptors {
            let Some(platform) = &child.platform else {
                continue;
            };
            if platform.is_unknown() || child.attestation_of().is_some() {
                continue;
            }
            platforms
                .entry(platform.clone())
                .or_insert_with(|| child.digest.clone());
        }
        platforms
    }

    /// Returns the children that are no attestations, in the index's order.
    pub fn images(&self) -> impl Iterator<Item = &Descriptor> {
        let children = self.descriptors.iter();
        children.filter(|child| child.attestation_of().is_none())
    }

    /// Returns the child that stands for all where no platform was asked for: the one of `linux/amd64`,
    /// else the first with a platform, else the first.
    pub fn usual_image(&self) -> Option<&Descriptor> {
        let usual = Platform::new("linux", "amd64", None);
        let is_known = |platform: &Platform| !platform.is_unknown();
        self.images()
            .find(|child| child.platform.as_ref() == Some(&usual))
            .or_else(|| {
                self.images()
                    .find(|child| child.platform.as_ref().is_some_and(is_known))
            })
            .or_else(|| self.images().next())
    }

    /// Returns the BuildKit attestations among the children, in the index's order.
    pub fn attestations(&self) -> impl Iterator<Item = &Descriptor> {
        self.descriptors
            .iter()
            .filter(|child| child.attestation_of().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn attestations_are_no_platforms() {
        let digest = |seed: &str| Digest::sha256_of(seed.as_bytes()).to_string();
        let index = Index::read(&json!({
            "manifests": [
                {"digest": digest("a"), "platform": {"os": "linux", "architecture": "amd64"}},
                {"digest": digest("b"), "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
                {"digest": digest("c"), "platform": {"os": "linux", "architecture": "amd64"}},
                {"digest": digest("d"), "platform": {"os": "unknown", "architecture": "unknown"},
                 "annotations": {"vnd.docker.reference.type": "attestation-manifest",
                                 "vnd.docker.reference.digest": digest("a"), "odd": 7}},
                {"digest": digest("e")},
                {"digest": digest("f"), "platform": {"os": "li\u{1b}nux", "architecture": "amd64"}},
            ],
            "annotations": null
        }))
        .unwrap();
        let platforms: Vec<_> = index
            .platforms()
            .into_iter()
            .map(|(platform, digest)| (platform.to_string(), digest.to_string()))
            .collect();
        assert_eq!(
            platforms,
            [
                ("linux/amd64".into(), digest("a")),
                ("linux/arm64".into(), digest("b"))
            ]
        );
        assert_eq!(index.attestations().count(), 1);
    }
}
