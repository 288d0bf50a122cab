use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::docker_config::FoundHelper;
use super::document::{CredentialDocument, Kind};
use super::helper::{self, HelperError, HelperSearch};
use super::origin::CredentialOrigin;
use super::{Credential, CredentialError, Secret};
use crate::registry::once::Once;

/// Credential files and helpers, in order of precedence.
///
/// Nothing is read until a registry requires credentials, and each file and each helper is used once. The
/// files are Docker's `config.json` and Podman's `auth.json`: `auths` with keys that may contain a path,
/// `credHelpers` and `credsStore`. Each of them can also be a manifest of a Kubernetes Secret, which is then
/// read by kubelet's rules. A file that does not exist is skipped.
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
    shared: Arc<StoreInner>,
}

#[derive(Debug, Default)]
struct StoreInner {
    settings: StoreSettings,
    documents: Once<usize, Result<Arc<CredentialDocument>, CredentialError>>,
    helpers: Once<(String, String), Result<Option<Credential>, HelperError>>,
}

#[derive(Clone, Debug, Default)]
struct StoreSettings {
    origins: Vec<CredentialOrigin>,
    is_required: bool,
    helper_search: HelperSearch,
    helper_patience: Option<Duration>,
}

impl CredentialStore {
    /// Creates a store without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file of Docker or Podman, after the existing sources.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        self.with_file(path, Kind::Docker)
    }

    /// Adds Docker's old `.dockercfg`, after the existing sources.
    #[must_use]
    pub fn legacy_file(self, path: impl Into<PathBuf>) -> Self {
        self.with_file(path, Kind::Legacy)
    }

    /// Adds a file with Kubernetes pull secrets, after the existing sources: manifests in YAML or JSON, or
    /// the file `.dockerconfigjson` or `.dockercfg` as it is mounted into a pod. The file must exist.
    ///
    /// Entries are matched as in kubelet; all matching entries are tried in turn.
    #[must_use]
    pub fn kubernetes_secret(self, path: impl Into<PathBuf>) -> Self {
        self.with_file(path, Kind::Kubernetes)
    }

    /// Adds the text of a file from elsewhere, such as an environment variable.
    #[must_use]
    pub fn text(self, source: impl Into<String>, text: impl Into<String>) -> Self {
        let source = source.into();
        let text = Secret::new(text);
        self.with(|settings| {
            settings
                .origins
                .push(CredentialOrigin::Text { source, text });
        })
    }

    /// Adds a credential helper, `docker-credential-NAME`, which is used for every registry.
    #[must_use]
    pub fn helper(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let is_fallback = false;
        self.with(|settings| {
            settings
                .origins
                .push(CredentialOrigin::Helper { name, is_fallback });
        })
    }

    /// Adds a credential helper like [`helper`](Self::helper), as one of several sources. If it fails, the
    /// next ones are used; it is an error only if they have no credentials either.
    #[must_use]
    pub fn fallback_helper(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let is_fallback = true;
        self.with(|settings| {
            settings
                .origins
                .push(CredentialOrigin::Helper { name, is_fallback });
        })
    }

    /// Makes it an error to have no credentials for a requested registry.
    #[must_use]
    pub fn required(self) -> Self {
        self.with(|settings| settings.is_required = true)
    }

    /// Searches for credential helpers in these directories instead of the process's `PATH`.
    #[must_use]
    pub fn helper_folders(self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let folders = folders.into_iter().collect();
        self.with(|settings| settings.helper_search.folders = Some(folders))
    }

    /// Sets the `PATH` of credential helpers, for programs that they start themselves.
    #[must_use]
    pub fn helper_path(self, path: impl Into<OsString>) -> Self {
        let path = path.into();
        self.with(|settings| settings.helper_search.path = Some(path))
    }

    /// Sets the time limit of a credential helper: 30 seconds by default.
    #[must_use]
    pub fn helper_patience(self, patience: Duration) -> Self {
        self.with(|settings| settings.helper_patience = Some(patience))
    }

    fn with_file(self, path: impl Into<PathBuf>, kind: Kind) -> Self {
        let path = path.into();
        self.with(|settings| settings.origins.push(CredentialOrigin::File { path, kind }))
    }

    fn with(self, change: impl FnOnce(&mut StoreSettings)) -> Self {
        let mut settings = self.shared.settings.clone();
        change(&mut settings);
        let shared = StoreInner {
            settings,
            ..StoreInner::default()
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Finds the credentials for a repository, in the order in which to try them.
    ///
    /// The first file or helper with credentials decides. Only a Kubernetes Secret can provide more than one.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if a file or helper that must be used is broken, or if there are no credentials
    /// and they are [`required`](Self::required).
    pub async fn find(
        &self,
        registry: &str,
        path: &str,
    ) -> Result<Vec<Credential>, CredentialError> {
        let settings = &self.shared.settings;
        let mut failed = None;
        for (index, origin) in settings.origins.iter().enumerate() {
            match self.ask_origin(index, origin, registry, path).await {
                Ok(found) if !found.is_empty() => return Ok(found),
                Ok(_) => {}
                Err(error) if origin.is_fallback() => failed = failed.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        if !settings.is_required {
            return Ok(Vec::new());
        }
        let names: Vec<_> = settings
            .origins
            .iter()
            .map(CredentialOrigin::name)
            .collect();
        Err(CredentialError {
            origin: names.join(", "),
            reason: format!(
                "there are none for {}",
                format!("{registry}/{path}").trim_end_matches('/')
            ),
        })
    }

    /// Returns the hosts, or hosts and paths, in the files, sorted; what cannot be read is skipped.
    pub async fn registries(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (index, origin) in self.shared.settings.origins.iter().enumerate() {
            if let Ok(Some(document)) = self.document(index, origin).await {
                names.extend(document.keys());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    async fn document(
        &self,
        index: usize,
        origin: &CredentialOrigin,
    ) -> Result<Option<Arc<CredentialDocument>>, CredentialError> {
        if matches!(origin, CredentialOrigin::Helper { .. }) {
            return Ok(None);
        }
        let document = self.shared.documents.get(index, origin.read()).await?;
        Ok(Some(document))
    }

    async fn ask_origin(
        &self,
        index: usize,
        origin: &CredentialOrigin,
        registry: &str,
        path: &str,
    ) -> Result<Vec<Credential>, CredentialError> {
        let broken = |reason| CredentialError {
            origin: origin.name(),
            reason,
        };
        let (found, tries_all) = match self.document(index, origin).await? {
            Some(document) => {
                let found = document.find(registry, path).map_err(broken)?;
                (found, document.tries_all())
            }
            None => (origin.as_found(registry), false),
        };
        let mut credentials = Vec::new();
        for found in found {
            match found {
                FoundHelper::Credential(credential) => credentials.push(credential),
                FoundHelper::Helper {
                    name,
                    server,
                    certain,
                } => match self.ask_helper(name, server).await {
                    Ok(Some(credential)) => {
                        credentials.push(origin.credential_of_helper(credential));
                    }
                    // A store that never saw this registry may well be missing on this machine.
                    Err(HelperError::Missing(_)) if !certain => {}
                    Err(HelperError::Missing(reason) | HelperError::Failed(reason)) => {
                        return Err(broken(reason));
                    }
                    Ok(None) => {}
                },
            }
            if !tries_all && !credentials.is_empty() {
                break;
            }
        }
        Ok(credentials)
    }

    async fn ask_helper(
        &self,
        name: String,
        server: String,
    ) -> Result<Option<Credential>, HelperError> {
        let settings = &self.shared.settings;
        let patience = settings.helper_patience.unwrap_or(helper::PATIENCE);
        let key = (name.clone(), server.clone());
        let response =
            async { helper::ask(&name, &server, &settings.helper_search, patience).await };
        self.shared.helpers.get(key, response).await
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
            found
                .first()
                .map(|credential| credential.source().to_string())
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
        assert_eq!(store.find("other.io", "x").await, Ok(Vec::new()));
        let error = store.find("used.io", "x").await.unwrap_err();
        assert!(error.reason.contains("is not installed"), "{error}");
    }
}
