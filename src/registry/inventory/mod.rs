//! Registry-specific APIs that return more data per request than the OCI specification.
//!
//! A [`TagMetadata`] contains the digests and times of all tags of a repository from such an API. These APIs
//! are only shortcuts: if one fails, the standard API is used, and no pin relies on them alone. Each API has
//! its own file with its URLs and responses. `collect` follows pages, `ask` selects and caches, and
//! `availability` records which APIs cannot be used in this run.

#[cfg(feature = "aws")]
mod amazon_ecr;
mod api;
mod availability;
mod azure_acr;
mod client;
mod collect;
mod docker_hub;
mod fetch;
mod gitlab;
mod google;
mod harbor;
mod model;
mod page;
mod quay;
mod zot;

pub use api::Api;
pub(in crate::registry) use availability::ApiAvailability;
pub use docker_hub::{HubTag, counts_pulls};
pub(in crate::registry) use google::Manifests;
pub use model::{TagMetadata, TagRecord};
