use std::collections::BTreeMap;

use serde::Serialize;

use super::{Artifact, Attestation, Child, Image, Referrers};
use crate::image::{Digest, Reference};

/// The description of what a reference points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// The reference, in full.
    #[cfg_attr(test, schemars(with = "String"))]
    pub reference: Reference,
    /// The digest of the manifest or index.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type.
    pub media_type: String,
    /// The size in bytes, without the content that it points to.
    pub size_bytes: u64,
    /// The kind.
    pub kind: Kind,
    /// The declared type of an artifact that has the form of an image or an index.
    pub artifact_type: Option<String>,
    /// The platforms of an index and its nested indexes, in their order, and other children except
    /// attestations; empty for a single image.
    pub platforms: Vec<Child>,
    /// The nested indexes, in the order of the index; their contents are in `platforms` and `attestations`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub indexes: Vec<Digest>,
    /// Content that an index lists but the registry does not have, as far as it was requested.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub missing: Vec<Digest>,
    /// The attestations in an index, in its order.
    pub attestations: Vec<Attestation>,
    /// The annotations of the manifest or index itself.
    pub annotations: BTreeMap<String, String>,
    /// The subject, if this refers to another manifest, as a signature does.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub subject: Option<Digest>,
    /// The referrers; `null` if they were not requested.
    pub referrers: Option<Referrers>,
    /// The image; for an index, that of one platform; `null` if there is none.
    pub image: Option<Image>,
    /// The artifact, if this is an artifact instead of an image.
    pub artifact: Option<Artifact>,
}

/// The kind of content that a reference points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Several images, usually one per platform.
    Index,
    /// One image.
    Image,
    /// Another artifact in the form of an image: a Helm chart, a WebAssembly module, a signature.
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
