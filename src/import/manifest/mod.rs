//! Kubernetes objects in YAML and JSON files, and where each of their values stands.

mod file;
mod object;

pub use file::ManifestFile;
pub(super) use object::{Object, objects};
