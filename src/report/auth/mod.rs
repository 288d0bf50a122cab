//! Where credentials for registries come from: the JSON contract `imagelock.auth/v1`.

mod document;
mod registry_path;

pub use document::{AuthDocument, AuthStatus, SCHEMA};
pub use registry_path::RegistryPath;
