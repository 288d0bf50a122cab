use std::collections::BTreeMap;

use serde::Serialize;

use crate::image::{Descriptor, Digest};
use crate::registry::{self, ReferrersSource, RegistryError};

/// What refers to a reference: signatures, SBOMs and whatever else names it as its subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Referrers {
    /// Who tells: the registry's API, the tag in its place, or nobody (`unsupported`); `null` if the
    /// list could not be had.
    pub source: Option<ReferrersSource>,
    /// Why the list could not be had.
    pub problem: Option<String>,
    /// The list, in the registry's order.
    pub list: Vec<Referrer>,
}

/// Something that refers to a reference, as the list describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Referrer {
    /// What it is, as the list says.
    pub artifact_type: Option<String>,
    /// The digest of its manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type of its manifest.
    pub media_type: String,
    /// The size of its manifest in bytes.
    pub size_bytes: u64,
    /// Its annotations, as the list says.
    pub annotations: BTreeMap<String, String>,
}

impl Referrers {
    /// Takes what a registry said; a list that could not be had spoils nothing else, and is not an empty one.
    pub(super) fn of(found: Result<registry::Referrers, RegistryError>) -> Self {
        match found {
            Ok(found) => Self {
                source: Some(found.source),
                problem: None,
                list: found.descriptors.into_iter().map(Referrer::of).collect(),
            },
            Err(error) => Self {
                source: None,
                problem: Some(error.to_string()),
                list: Vec::new(),
            },
        }
    }
}

impl Referrer {
    fn of(descriptor: Descriptor) -> Self {
        Self {
            artifact_type: descriptor.artifact_type,
            digest: descriptor.digest,
            media_type: descriptor.media_type,
            size_bytes: descriptor.size,
            annotations: descriptor.annotations,
        }
    }
}
