//! The errors of registries, and their messages.

mod context;
mod fault;
mod kind;
mod message;
mod registry_error;

pub(super) use context::Context;
pub use kind::ErrorKind;
pub(super) use message::seconds;
pub use registry_error::RegistryError;
