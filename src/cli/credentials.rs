use std::path::PathBuf;
use std::time::Duration;

use super::clouds::Clouds;
use super::context::Context;
use super::environment::{
    DOCKER_AUTH_CONFIG, DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_CONFIG_HOME, XDG_RUNTIME_DIR,
};
use super::programs;
use crate::config::{AuthSettings, Config};
use crate::mirrors::containers::AUTH_FILES;
use crate::registry::{Auth, Credential, CredentialError, CredentialStore, Secret};

/// How long a credential helper may take at most.
const HELPER_PATIENCE: Duration = Duration::from_secs(30);

impl Context<'_> {
    /// Creates the source of credentials that the config names.
    pub(super) fn auth(
        &self,
        auth: &AuthSettings,
        config: &Config,
        helpers: Option<&[String]>,
        clouds: &mut Clouds,
    ) -> Auth {
        match auth {
            AuthSettings::Anonymous => Auth::Anonymous,
            AuthSettings::Docker => Auth::Store(self.credential_store(helpers)),
            AuthSettings::Environment { variable, username } => {
                self.variable(variable, username.as_deref())
            }
            AuthSettings::Helper { name } => {
                Auth::Store(self.empty_store().helper(name).required())
            }
            AuthSettings::KubernetesSecret(file) => {
                let path = config.file(file);
                Auth::Store(self.empty_store().kubernetes_secret(path).required())
            }
            AuthSettings::AwsEcr { profile } => clouds.aws_ecr(profile.as_deref()),
            AuthSettings::Google => clouds.google(),
            AuthSettings::Azure => clouds.azure(),
        }
    }

    fn variable(&self, variable: &str, username: Option<&str>) -> Auth {
        let source = format!("environment variable {variable}");
        let Some(value) = self.environment.get(variable) else {
            return Auth::Missing(CredentialError {
                origin: source,
                reason: "it is not set or empty, and the config names it".into(),
            });
        };
        Auth::Credential(match (username, value.split_once(':')) {
            (Some(username), _) => Credential::basic(username, Secret::new(value), source),
            (None, Some((username, password))) => {
                Credential::basic(username, Secret::new(password), source)
            }
            (None, None) => Credential::registry_token(Secret::new(value), source),
        })
    }

    fn empty_store(&self) -> CredentialStore {
        let patience = self.global.timeout.unwrap_or(HELPER_PATIENCE);
        CredentialStore::new()
            .helper_folders(programs::folders())
            .helper_path(programs::path())
            .helper_patience(patience.min(HELPER_PATIENCE))
    }

    /// Names the places where credentials are looked for, in their order: those where Docker and Podman keep
    /// them, or the credential helpers that `registries.conf` names, among which those places may be.
    pub(super) fn credential_store(&self, helpers: Option<&[String]>) -> CredentialStore {
        let Some(helpers) = helpers else {
            return self.add_files(self.empty_store());
        };
        helpers
            .iter()
            .fold(self.empty_store(), |store, name| match name.as_str() {
                AUTH_FILES => self.add_files(store),
                name => store.fallback_helper(name),
            })
    }

    /// Adds the places where Docker and Podman keep credentials, in the order in which they are asked.
    ///
    /// The variables come first, `REGISTRY_AUTH_FILE` before `DOCKER_AUTH_CONFIG`. A file that the former
    /// names is the only one.
    fn add_files(&self, mut store: CredentialStore) -> CredentialStore {
        let environment = self.environment;
        let only = environment.path(REGISTRY_AUTH_FILE);
        if let Some(file) = &only {
            store = store.file(file);
        }
        if let Some(text) = environment.get(DOCKER_AUTH_CONFIG) {
            store = store.text(format!("environment variable {DOCKER_AUTH_CONFIG}"), text);
        }
        if only.is_some() {
            return store;
        }
        let home = environment.home();
        let in_home = |name: &str| home.as_ref().map(|home| home.join(name));
        let configs = environment
            .path(XDG_CONFIG_HOME)
            .or_else(|| in_home(".config"));
        let docker = environment
            .path(DOCKER_CONFIG)
            .or_else(|| in_home(".docker"));
        let runtime = environment.path(XDG_RUNTIME_DIR);
        let files = [
            match runtime {
                Some(folder) => Some(folder.join("containers/auth.json")),
                None => runtime_file(),
            },
            configs.map(|folder| folder.join("containers/auth.json")),
            docker.map(|folder| folder.join("config.json")),
        ];
        for file in files.into_iter().flatten() {
            store = store.file(file);
        }
        match in_home(".dockercfg") {
            Some(file) => store.legacy_file(file),
            None => store,
        }
    }
}

/// Returns the file that Podman takes where `XDG_RUNTIME_DIR` is not set (containers-auth.json(5)).
#[cfg(target_os = "linux")]
fn runtime_file() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;

    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/containers/{user}/auth.json")))
}

#[cfg(not(target_os = "linux"))]
fn runtime_file() -> Option<PathBuf> {
    None
}
