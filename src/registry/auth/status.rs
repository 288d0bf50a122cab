use jiff::Timestamp;

use super::{Credential, CredentialKind};

/// The credential that a registry would receive, without the credential itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialStatus {
    /// The source; `None` if requests are sent without credentials.
    pub source: Option<String>,
    /// The kind; `None` if there is no credential, or if the source is not contacted for a status, as with
    /// clouds.
    pub kind: Option<CredentialKind>,
    /// The expiry time, if the credential contains it.
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
