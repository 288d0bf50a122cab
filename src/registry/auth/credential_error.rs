use thiserror::Error;

/// Credentials that cannot be used, or that are missing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the credentials in {origin} cannot be used: {reason}")]
pub struct CredentialError {
    /// Their source.
    pub origin: String,
    /// The reason, without any part of the credentials.
    pub reason: String,
}
