use std::collections::BTreeMap;

use serde::Serialize;

use crate::image::{Descriptor, Digest};
use crate::registry::{self, ReferrersSource, RegistryError};

/// The referrers of a reference: signatures, SBOMs and other artifacts whose subject it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Referrers {
    /// The source of the list: the registry's referrers API, the fallback tag, or none (`unsupported`);
    /// `null` if the list could not be read.
    pub source: Option<ReferrersSource>,
    /// Why the list could not be read.
    pub problem: Option<String>,
    /// The list, in the registry's order.
    pub list: Vec<Referrer>,
}

/// One referrer, as described in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Referrer {
    /// The type, according to the list.
    pub artifact_type: Option<String>,
    /// The digest of the manifest.
    #[cfg_attr(test, schemars(with = "String"))]
    pub digest: Digest,
    /// The media type of the manifest.
    pub media_type: String,
    /// The size of the manifest in bytes.
    pub size_bytes: u64,
    /// The annotations, according to the list.
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
