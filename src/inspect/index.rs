use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::image::{Descriptor, Digest, Index, Manifest, Platform};

/// One image of an index, as described by the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Child {
    /// The platform; `null` if the index does not say, or says that there is none.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub platform: Option<Platform>,
    /// The required version of the operating system, for Windows.
    pub os_version: Option<String>,
    /// The required features of the operating system.
    pub os_features: Vec<String>,
    /// The digest of the manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type of the manifest.
    pub media_type: String,
    /// The size of the manifest in bytes, not of the image.
    pub size_bytes: u64,
    /// The type according to the index, if this is not an image.
    pub artifact_type: Option<String>,
    /// The annotations in the index.
    pub annotations: BTreeMap<String, String>,
}

/// An attestation that BuildKit added to an index: provenance, an SBOM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Attestation {
    /// The digest of the manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The size of the manifest in bytes.
    pub size_bytes: u64,
    /// The manifest that it describes; `null` if it does not say.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub of: Option<Digest>,
    /// The platform of that manifest, if it is in the index.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub platform: Option<Platform>,
    /// The types of its in-toto predicates, in order; `null` if they were not read.
    pub predicate_types: Option<Vec<String>>,
}

/// Returns what an index has besides attestations.
pub(super) fn children(index: &Index) -> Vec<Child> {
    index.images().map(Child::of).collect()
}

/// Returns the attestations of an index, none of them read.
pub(super) fn attestations(index: &Index) -> Vec<Attestation> {
    let mut images = HashMap::new();
    for child in index.images() {
        images.entry(&child.digest).or_insert(child);
    }
    let attestation = |found: &Descriptor| {
        let of = found.attestation_of();
        let of = of.and_then(|digest| Digest::parse(digest).ok());
        let about = of.as_ref().and_then(|of| images.get(of).copied());
        Attestation {
            digest: found.digest.clone(),
            size_bytes: found.size,
            platform: about.and_then(known_platform),
            of,
            predicate_types: None,
        }
    };
    index.attestations().map(attestation).collect()
}

/// Returns the types of the predicates that an attestation's manifest names
/// (BuildKit, "Image attestation storage").
pub(super) fn predicate_types(manifest: &Manifest) -> Vec<String> {
    let layers = manifest.layers.iter();
    let types = layers.filter_map(|layer| layer.annotations.get("in-toto.io/predicate-type"));
    types.cloned().collect()
}

/// Returns the platforms of an index, each once, in its order.
pub(super) fn known_platforms(index: &Index) -> Vec<Platform> {
    let mut seen = HashSet::new();
    let images = index.platform_images();
    let mut platforms: Vec<Platform> = images.map(|(platform, _)| platform.clone()).collect();
    platforms.retain(|platform| seen.insert(platform.clone()));
    platforms
}

/// Returns a platform that is one.
pub(super) fn known_platform(child: &Descriptor) -> Option<Platform> {
    child
        .platform
        .clone()
        .filter(|platform| !platform.is_unknown())
}

impl Child {
    fn of(child: &Descriptor) -> Self {
        Self {
            platform: known_platform(child),
            os_version: child.os_version.clone(),
            os_features: child.os_features.clone(),
            digest: child.digest.clone(),
            media_type: child.media_type.clone(),
            size_bytes: child.size,
            artifact_type: child.artifact_type.clone(),
            annotations: child.annotations.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::image::{Document, media_type};

    #[test]
    fn attestations_are_told_with_the_first_image_of_their_digest() {
        let digest = |seed: &str| Digest::sha256_of(seed.as_bytes()).to_string();
        let about = |seed: &str, of: &str| {
            json!({"digest": digest(seed), "annotations": {
                "vnd.docker.reference.type": "attestation-manifest",
                "vnd.docker.reference.digest": of,
            }})
        };
        let index = json!({"mediaType": media_type::OCI_INDEX, "manifests": [
            {"digest": digest("a"), "platform": {"os": "linux", "architecture": "amd64"}},
            {"digest": digest("a"), "platform": {"os": "linux", "architecture": "arm64"}},
            {"digest": digest("b"), "platform": {"os": "linux", "architecture": "amd64"}},
            about("c", &digest("a")),
            about("d", &digest("gone")),
            about("e", "nothing"),
        ]});
        let index = Document::parse(index.to_string().as_bytes(), "").unwrap();
        let Document::Index(index) = index else {
            panic!("an index");
        };
        let platforms = attestations(&index)
            .into_iter()
            .map(|attestation| attestation.platform.map(|platform| platform.to_string()));
        let expected = [Some("linux/amd64".into()), None, None];
        assert_eq!(platforms.collect::<Vec<_>>(), expected);
        let platforms: Vec<_> = known_platforms(&index)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
    }
}
