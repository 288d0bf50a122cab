use std::collections::BTreeMap;

use serde::Serialize;

use super::{Artifact, Attestation, Child, Image, Referrers};
use crate::image::{Digest, Reference};

/// What a reference points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// The reference that was asked for, in full.
    #[cfg_attr(test, schemars(with = "String"))]
    pub reference: Reference,
    /// The digest of the manifest or index.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes, without what it points to.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// What it says of its type, for things in the shape of an image or an index that are none.
    pub artifact_type: Option<String>,
    /// The platforms of an index and of the indexes within it, in their order, and what else there is besides
    /// attestations; empty for a single image.
    pub platforms: Vec<Child>,
    /// The indexes within an index, in its order; what they hold is in `platforms` and `attestations`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub indexes: Vec<Digest>,
    /// What an index names and the registry does not have, as far as it was asked for.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub missing: Vec<Digest>,
    /// The attestations in an index, in its order.
    pub attestations: Vec<Attestation>,
    /// Its own annotations.
    pub annotations: BTreeMap<String, String>,
    /// What it refers to itself, as a signature refers to an image.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub subject: Option<Digest>,
    /// What refers to it; `null` if that was not asked for.
    pub referrers: Option<Referrers>,
    /// The image: of an index, that of one platform; `null` if there is none.
    pub image: Option<Image>,
    /// The artifact, where it is one in place of an image.
    pub artifact: Option<Artifact>,
}

/// What a reference points to, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Several images, usually one a platform.
    Index,
    /// One image.
    Image,
    /// Something else in the shape of an image: a Helm chart, a WebAssembly module, a signature.
    Artifact,
}

impl Kind {
    /// Returns the kind as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Image => "image",
            Self::Artifact => "artifact",
        }
    }
}
