//! Interfaces of single registries that tell more in one request than the OCI specification's.
//!
//! An [`TagMetadata`] is what one of them tells of all tags of a repository: digests and times. They are
//! short cuts: whatever goes wrong with one of them, the ordinary way remains, and nothing is pinned to
//! their word alone. One file each has its URLs and reads its answers; `collect` follows pages, `ask`
//! chooses and keeps, `availability` knows which are of no use in this run.

#[cfg(feature = "aws")]
mod amazon_ecr;
mod api;
mod ask;
mod availability;
mod azure_acr;
mod collect;
mod docker_hub;
mod gitlab;
mod google;
mod harbor;
mod model;
mod page;
mod pays;
mod quay;
mod zot;

pub use api::Api;
pub(in crate::registry) use availability::ApiAvailability;
pub use docker_hub::{HubTag, counts_pulls};
pub(in crate::registry) use google::Manifests;
pub use model::{TagMetadata, TagRecord};
