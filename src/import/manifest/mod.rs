//! Kubernetes objects in YAML and JSON files, and where each of their values stands.

mod file;
mod node;
mod object;
mod yaml;

pub use file::ManifestFile;
pub(super) use node::{Node, Value};
pub(super) use object::{Object, objects};
