//! Credentials and their sources.
//!
//! ```
//! use imagelock::registry::auth::{Credential, Secret};
//!
//! let credential = Credential::basic("bot", Secret::new("hunter2"), "environment variable GHCR_TOKEN");
//! assert_eq!(credential.source(), "environment variable GHCR_TOKEN");
//! assert!(!format!("{credential:?}").contains("hunter2"));
//! ```

mod choice;
mod credential;
mod credential_error;
mod credential_file;
mod docker_config;
mod document;
mod entry;
mod expiry;
mod helper;
mod kubernetes_secret;
mod origin;
mod redact;
mod secret;
mod status;
mod store;

pub use choice::Auth;
pub(super) use choice::Scopes;
pub(super) use credential::Login;
pub use credential::{Credential, CredentialKind};
pub use credential_error::CredentialError;
pub(super) use redact::Redactor;
pub use secret::Secret;
pub use status::CredentialStatus;
pub use store::CredentialStore;
