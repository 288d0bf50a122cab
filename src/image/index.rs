use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::{read_texts, text};
use super::manifest::{read_descriptors, read_subject};
use super::{Descriptor, Digest, DocumentError, Platform, media_type};

/// Several manifests under one digest: an OCI index or Docker's manifest list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The `mediaType` member; may be empty.
    pub media_type: String,
    /// The artifact type, for an index that does not contain images.
    pub artifact_type: Option<String>,
    /// The children, in the index's order.
    pub descriptors: Vec<Descriptor>,
    /// The manifest that this index refers to.
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
    /// Attestations, artifacts, indexes and children without a platform are not included.
    pub fn platforms(&self) -> BTreeMap<Platform, Digest> {
        let mut platforms = BTreeMap::new();
        for (platform, child) in self.platform_images() {
            platforms
                .entry(platform.clone())
                .or_insert_with(|| child.digest.clone());
        }
        platforms
    }

    /// Returns the platforms with more than one image, sorted.
    pub fn repeated_platforms(&self) -> BTreeSet<Platform> {
        let first = self.platforms();
        let images = self.platform_images();
        let repeated =
            images.filter(|(platform, child)| first.get(platform) != Some(&child.digest));
        repeated.map(|(platform, _)| platform.clone()).collect()
    }

    /// Returns the images with a platform, in the index's order.
    pub fn platform_images(&self) -> impl Iterator<Item = (&Platform, &Descriptor)> {
        self.images().filter_map(|child| {
            let platform = child
                .platform
                .as_ref()
                .filter(|platform| !platform.is_unknown())?;
            let is_image = child.artifact().is_none() && !child.is_index();
            is_image.then_some((platform, child))
        })
    }

    /// Returns the children that are not attestations, in the index's order.
    pub fn images(&self) -> impl Iterator<Item = &Descriptor> {
        let children = self.descriptors.iter();
        children.filter(|child| child.attestation_of().is_none())
    }

    /// Returns the default child if no platform is requested: the one for `linux/amd64`, otherwise the first
    /// with a platform, otherwise the first that is not an artifact, otherwise the first.
    pub fn usual_image(&self) -> Option<&Descriptor> {
        let usual = Platform::new("linux", "amd64", None);
        let mut known = self.platform_images();
        let first = known.next();
        let usual = first
            .into_iter()
            .chain(known)
            .find(|(platform, _)| **platform == usual);
        let chosen = usual.or(first).map(|(_, child)| child);
        chosen
            .or_else(|| self.images().find(|child| child.artifact().is_none()))
            .or_else(|| self.images().next())
    }

    /// Returns `true` if the index contains no image: it has no children, or only attestations and artifacts.
    ///
    /// Returns `false` for an index that declares itself an artifact.
    pub fn is_empty(&self) -> bool {
        let is_artifact = self
            .artifact_type
            .as_deref()
            .is_some_and(|found| !media_type::is_config(found));
        !is_artifact && self.images().all(|child| child.artifact().is_some())
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

    fn digest(seed: &str) -> String {
        Digest::sha256_of(seed.as_bytes()).to_string()
    }

    fn index(children: &Value) -> Index {
        Index::read(&json!({"manifests": children, "annotations": null})).unwrap()
    }

    fn platforms(index: &Index) -> Vec<(String, String)> {
        let platforms = index.platforms().into_iter();
        platforms
            .map(|(platform, digest)| (platform.to_string(), digest.to_string()))
            .collect()
    }

    #[test]
    fn attestations_are_no_platforms() {
        let index = index(&json!([
            {"digest": digest("a"), "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": digest("b"), "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
            {"digest": digest("c"), "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": digest("d"), "platform": {"os": "unknown", "architecture": "unknown"},
             "annotations": {"vnd.docker.reference.type": "attestation-manifest",
                             "vnd.docker.reference.digest": digest("a"), "odd": 7}},
            {"digest": digest("e")},
            {"digest": digest("f"), "platform": {"os": "li\u{1b}nux", "architecture": "amd64"}},
        ]));
        assert_eq!(
            platforms(&index),
            [
                ("linux/amd64".into(), digest("a")),
                ("linux/arm64".into(), digest("b"))
            ]
        );
        assert_eq!(index.attestations().count(), 1);
        let repeated = index.repeated_platforms();
        assert!(repeated.iter().map(ToString::to_string).eq(["linux/amd64"]));
    }

    #[test]
    fn artifacts_and_indexes_are_no_platforms_whatever_they_claim() {
        let amd64 = json!({"os": "linux", "architecture": "amd64"});
        let found = index(&json!([
            {"digest": digest("sbom"), "platform": amd64, "artifactType": "application/spdx+json"},
            {"digest": digest("index"), "platform": amd64, "mediaType": media_type::OCI_INDEX},
            {"digest": digest("image"), "platform": amd64, "artifactType": media_type::OCI_CONFIG},
        ]));
        assert_eq!(platforms(&found), [("linux/amd64".into(), digest("image"))]);
        assert!(found.repeated_platforms().is_empty());
        assert_eq!(
            found.usual_image().unwrap().digest.as_str(),
            digest("image")
        );
        assert!(!found.is_empty());
    }

    #[test]
    fn windows_children_are_told_apart_by_their_builds() {
        let child = |seed: &str, version: &str| {
            let platform = json!({"os": "windows", "architecture": "amd64", "os.version": version});
            json!({"digest": digest(seed), "platform": platform})
        };
        let found = index(&json!([
            child("25", "10.0.26100.1"),
            child("22", "10.0.20348.2582"),
            child("22 again", "10.0.20348.2582"),
        ]));
        let names: Vec<_> = platforms(&found)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            [
                "windows(10.0.20348.2582)/amd64",
                "windows(10.0.26100.1)/amd64"
            ]
        );
        assert_eq!(found.repeated_platforms().len(), 1);
    }

    #[test]
    fn the_same_image_twice_is_not_repeated() {
        let amd64 =
            json!({"digest": digest("a"), "platform": {"os": "linux", "architecture": "amd64"}});
        assert!(
            index(&json!([amd64, amd64]))
                .repeated_platforms()
                .is_empty()
        );
    }

    #[test]
    fn an_index_without_an_image_is_empty() {
        let annotations = json!({"vnd.docker.reference.type": "attestation-manifest"});
        let attestation = json!({"digest": digest("d"), "annotations": annotations});
        let artifact = json!({"digest": digest("e"), "artifactType": "application/spdx+json"});
        for children in [
            json!([]),
            json!(null),
            json!([attestation]),
            json!([artifact, attestation]),
        ] {
            assert!(index(&children).is_empty(), "{children}");
        }
        assert!(
            !index(&json!([{"digest": digest("a")}])).is_empty(),
            "an image that says no platform"
        );
        let of_artifacts = json!({"artifactType": "application/x", "manifests": [artifact]});
        assert!(!Index::read(&of_artifacts).unwrap().is_empty());
    }
}
