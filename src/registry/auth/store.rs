use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::Credential;
use super::docker_config::{DockerConfig, Found};
use super::helper::{self, HelperError};
use crate::registry::once::Once;

/// Credential files, in the order in which they are asked.
///
/// Nothing is read before a registry wants credentials, and each file and each helper is asked once.
/// The files are Docker's `config.json` and Podman's `auth.json`: `auths` with keys that may name a
/// path, `credHelpers` and `credsStore`. A file that does not exist is passed over.
///
/// ```
/// use imagelock::registry::CredentialStore;
///
/// let store = CredentialStore::new()
///     .text("environment variable DOCKER_AUTH_CONFIG", r#"{"auths":{}}"#)
///     .file("/home/me/.docker/config.json");
/// ```
#[derive(Clone, Debug, Default)]
pub struct CredentialStore {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    origins: Vec<Origin>,
    helper_folder: Option<PathBuf>,
    files: Once<usize, Result<Arc<DockerConfig>, CredentialError>>,
    helpers: Once<(String, String), Result<Option<Credential>, HelperError>>,
}

#[derive(Clone, Debug)]
enum Origin {
    File(PathBuf),
    Text { source: String, text: super::Secret },
}

/// Credentials that are there and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the credentials in {origin} cannot be used: {reason}")]
pub struct CredentialError {
    /// Where they are.
    pub origin: String,
    /// What is wrong, without any part of them.
    pub reason: String,
}

impl CredentialStore {
    /// Makes a store without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, after those that are there.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.with(|shared| shared.origins.push(Origin::File(path)))
    }

    /// Adds the text of a file that stands somewhere else, such as in an environment variable.
    #[must_use]
    pub fn text(self, source: impl Into<String>, text: impl Into<String>) -> Self {
        let source = source.into();
        let text = super::Secret::new(text);
        self.with(|shared| shared.origins.push(Origin::Text { source, text }))
    }

    /// Looks for credential helpers in one folder instead of the process's `PATH`.
    #[must_use]
    pub fn helper_folder(self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        self.with(|shared| shared.helper_folder = Some(folder))
    }

    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Shared {
            origins: self.shared.origins.clone(),
            helper_folder: self.shared.helper_folder.clone(),
            ..Shared::default()
        };
        change(&mut shared);
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Finds the credential for a repository: the first file that has one wins.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if a file or helper that must be asked is broken.
    pub async fn find(
        &self,
        registry: &str,
        path: &str,
    ) -> Result<Option<Credential>, CredentialError> {
        for (index, origin) in self.shared.origins.iter().enumerate() {
            let broken = |reason| CredentialError {
                origin: origin.name(),
                reason,
            };
            let config = self.shared.files.get(index, origin.read()).await?;
            for found in config.find(registry, path).map_err(broken)? {
                match found {
                    Found::Credential(credential) => return Ok(Some(credential)),
                    Found::Helper {
                        name,
                        server,
                        certain,
                    } => match self.ask(name, server).await {
                        Ok(Some(credential)) => {
                            let via = format!("{} of {}", credential.source(), origin.name());
                            return Ok(Some(Credential::new(credential.login().clone(), via)));
                        }
                        // A store that never saw this registry may well be missing on this machine.
                        Err(HelperError::Missing(_)) if !certain => {}
                        Err(HelperError::Missing(reason) | HelperError::Failed(reason)) => {
                            return Err(broken(reason));
                        }
                        Ok(None) => {}
                    },
                }
            }
        }
        Ok(None)
    }

    async fn ask(&self, name: String, server: String) -> Result<Option<Credential>, HelperError> {
        let folder = self.shared.helper_folder.as_deref();
        let key = (name.clone(), server.clone());
        let answer = async { helper::ask(&name, &server, folder).await };
        self.shared.helpers.get(key, answer).await
    }
}

impl Origin {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Text { source, .. } => source.clone(),
        }
    }

    async fn read(&self) -> Result<Arc<DockerConfig>, CredentialError> {
        let error = |reason| CredentialError {
            origin: self.name(),
            reason,
        };
        let text = match self {
            Self::Text { text, .. } => text.clone(),
            Self::File(path) => read_file(path).await.map_err(error)?,
        };
        DockerConfig::parse(&self.name(), text.reveal())
            .map(Arc::new)
            .map_err(error)
    }
}

/// Reads a file off the async threads; one that does not exist counts as empty.
async fn read_file(path: &Path) -> Result<super::Secret, String> {
    let path = path.to_path_buf();
    let outcome = tokio::task::spawn_blocking(move || std::fs::read_to_string(path)).await;
    match outcome {
        Ok(Ok(text)) => Ok(super::Secret::new(text)),
        Ok(Err(error)) => match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                Ok(super::Secret::new(""))
            }
            _ => Err(format!("it cannot be read: {error}")),
        },
        Err(_) => Err("it cannot be read".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_file_that_knows_the_registry_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        std::fs::write(&file, r#"{"auths":{"a.io":{"username":"file","password":"p"},"b.io":{"username":"file","password":"p"}}}"#).unwrap();
        let store = CredentialStore::new()
            .text(
                "a variable",
                r#"{"auths":{"a.io":{"username":"text","password":"p"}}}"#,
            )
            .file(folder.path().join("missing.json"))
            .file(&file);
        let source = async |registry| {
            let found = store.find(registry, "x/y").await.unwrap();
            found.map(|credential| credential.source().to_string())
        };
        assert_eq!(
            source("a.io").await.as_deref(),
            Some("a variable (entry `a.io`)")
        );
        assert!(
            source("b.io")
                .await
                .unwrap()
                .contains("config.json (entry `b.io`)")
        );
        assert_eq!(source("c.io").await, None);
    }

    #[tokio::test]
    async fn a_broken_file_is_named() {
        let store = CredentialStore::new().text("a variable", "{\"auths\": hunter2");
        let error = store.find("a.io", "x").await.unwrap_err();
        assert_eq!(error.origin, "a variable");
        assert!(!error.to_string().contains("hunter2"));
    }

    #[tokio::test]
    async fn a_missing_store_matters_only_where_it_was_used() {
        let text = r#"{"auths":{"used.io":{}},"credsStore":"imagelock-no-such-helper"}"#;
        let store = CredentialStore::new().text("T", text);
        assert_eq!(store.find("other.io", "x").await, Ok(None));
        let error = store.find("used.io", "x").await.unwrap_err();
        assert!(error.reason.contains("is not installed"), "{error}");
    }
}
