use std::path::PathBuf;
use std::sync::Arc;

use super::credential_file::read_file;
use super::docker_config::{FoundHelper, server_of};
use super::document::{CredentialDocument, Kind};
use super::{Credential, CredentialError, Secret};

/// Where credentials may be found.
#[derive(Clone, Debug)]
pub(super) enum CredentialOrigin {
    File { path: PathBuf, kind: Kind },
    Text { source: String, text: Secret },
    Helper { name: String, is_fallback: bool },
}

impl CredentialOrigin {
    pub(super) fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Text { source, .. } => source.clone(),
            Self::Helper { name, .. } => format!("credential helper docker-credential-{name}"),
        }
    }

    /// Returns `true` if the places after it are asked where it fails.
    pub(super) fn is_fallback(&self) -> bool {
        matches!(
            self,
            Self::Helper {
                is_fallback: true,
                ..
            }
        )
    }

    /// Returns the helper to ask, if this is one.
    pub(super) fn as_found(&self, registry: &str) -> Vec<FoundHelper> {
        let Self::Helper { name, .. } = self else {
            return Vec::new();
        };
        vec![FoundHelper::Helper {
            name: name.clone(),
            server: server_of(registry),
            certain: true,
        }]
    }

    /// Names the file too where that says which helper to ask.
    pub(super) fn credential_of_helper(&self, credential: Credential) -> Credential {
        if matches!(self, Self::Helper { .. }) {
            return credential;
        }
        let via = format!("{} of {}", credential.source(), self.name());
        Credential::new(credential.login().clone(), via)
    }

    pub(super) async fn read(&self) -> Result<Arc<CredentialDocument>, CredentialError> {
        let error = |reason| CredentialError {
            origin: self.name(),
            reason,
        };
        let (text, kind) = match self {
            Self::Text { text, .. } => (text.clone(), Kind::Docker),
            Self::File { path, kind } => {
                let must_exist = *kind == Kind::Kubernetes;
                let text = read_file(path, must_exist).await.map_err(error)?;
                (text, *kind)
            }
            Self::Helper { .. } => (Secret::new(""), Kind::Docker),
        };
        CredentialDocument::read(&self.name(), text.reveal(), kind)
            .map(Arc::new)
            .map_err(error)
    }
}
