//! Credentials: what they are and where they come from.
//!
//! ```
//! use imagelock::registry::auth::{Credential, Secret};
//!
//! let credential = Credential::basic("bot", Secret::new("hunter2"), "environment variable GHCR_TOKEN");
//! assert_eq!(credential.source(), "environment variable GHCR_TOKEN");
//! assert!(!format!("{credential:?}").contains("hunter2"));
//! ```

mod credential;
mod docker_config;
mod helper;
mod secret;
mod store;

pub use credential::Credential;
pub(super) use credential::{Login, blot};
pub use secret::Secret;
pub use store::{CredentialError, CredentialStore};
