//! Interfaces of single registries that tell more in one request than the OCI specification's.
//!
//! They are short cuts: whatever goes wrong with one of them, the ordinary way remains.

mod docker_hub;

pub use docker_hub::{HubTag, counts_pulls, tells_pushes};
