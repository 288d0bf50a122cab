//! TLS: how single registries are trusted, what this client shows them, and what failures mean.

mod failure;
mod named;
mod pem;
mod settings;

pub use failure::TlsProblem;
pub(super) use failure::{found_in, of_answer};
pub use pem::PemError;
pub use settings::Tls;
