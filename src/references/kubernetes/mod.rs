//! Objects of Kubernetes: those of a document, and the containers that they run.

mod manifest;
mod objects;
mod workload;

pub use manifest::may_be_manifest;
pub use objects::{entries, objects, text};
pub use workload::{Workload, WorkloadContainer};
