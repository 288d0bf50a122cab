use jiff::Timestamp;

use super::{Credential, CredentialKind};

/// Which credential a registry would get, without the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialStatus {
    /// Where it comes from; nothing if the registry is asked without credentials.
    pub source: Option<String>,
    /// What it is; nothing if there is none, or if the source is not asked for a status, as clouds are not.
    pub kind: Option<CredentialKind>,
    /// When it ends to be good, where it says so itself.
    pub expires: Option<Timestamp>,
}

impl CredentialStatus {
    /// Creates the status of a registry that gets no credentials.
    pub(in crate::registry) fn anonymous() -> Self {
        Self {
            source: None,
            kind: None,
            expires: None,
        }
    }

    /// Creates the status of a credential that would have to be fetched.
    #[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
    pub(in crate::registry) fn unasked(source: String) -> Self {
        Self {
            source: Some(source),
            ..Self::anonymous()
        }
    }

    /// Creates the status of a credential.
    pub(in crate::registry) fn of(credential: &Credential) -> Self {
        Self {
            source: Some(credential.source().into()),
            kind: Some(credential.kind()),
            expires: credential.expires(),
        }
    }
}
