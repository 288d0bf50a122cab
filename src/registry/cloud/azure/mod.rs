//! Azure's registries: a token of Microsoft Entra ID, traded for one of the registry.

mod directory;
mod host;
mod registry;
mod source;

pub use registry::Azure;
