//! TLS: which certificates are trusted for a registry, the client certificate, and the meaning of failures.

mod failure;
mod named;
mod pem;
mod settings;

pub use failure::TlsProblem;
pub(super) use failure::{found_in, of_answer};
pub use pem::PemError;
pub use settings::Tls;
