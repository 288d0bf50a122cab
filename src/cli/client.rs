use std::collections::BTreeSet;
use std::sync::Arc;

use super::context::{Context, Stop};
use super::environment::{
    DOCKER_AUTH_CONFIG, DOCKER_CONFIG, Environment, REGISTRY_AUTH_FILE, XDG_CONFIG_HOME,
    XDG_RUNTIME_DIR,
};
use super::progress::Progress;
use crate::config::{AuthSettings, Config};
use crate::error::{Code, Diagnostic};
use crate::registry::{
    Client, Credential, CredentialStore, HostSettings, Retries, Secret, Timeouts,
};

/// A client with the threads that drive it.
pub(super) struct Network {
    runtime: tokio::runtime::Runtime,
    pub(super) client: Client,
    pub(super) progress: Arc<Progress>,
    /// How many images are asked for at once.
    pub(super) jobs: usize,
}

impl Context<'_> {
    /// Sets up the registry client; `config` says how single hosts are to be treated.
    ///
    /// With `hosts`, settings of other hosts are passed over: what is not asked needs no credentials.
    pub(super) fn network(
        &self,
        config: Option<&Config>,
        hosts: Option<&BTreeSet<&str>>,
    ) -> Result<Network, Stop> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Diagnostic::new(
                    Code::Transport,
                    format!("cannot start the runtime: {error}"),
                )
            })?;
        let progress = Arc::new(Progress::new(&self.terminal, self.global.verbose));
        let mut builder = Client::builder()
            .observer(Arc::clone(&progress) as _)
            .credentials(credential_store(self.environment))
            .offline(self.global.offline || self.global.frozen);
        if let Some(cache) = self.content_cache() {
            builder = builder.cache(cache);
        }
        if let Some(total) = self.global.timeout {
            let usual = Timeouts::default();
            let (connect, read) = (usual.connect.min(total), usual.read.min(total));
            builder = builder.timeouts(Timeouts {
                connect,
                read,
                total,
            });
        }
        if let Some(count) = self.global.retries {
            builder = builder.retries(Retries {
                count,
                ..Retries::default()
            });
        }
        for (host, settings) in config.into_iter().flat_map(|config| &config.registries) {
            if hosts.is_some_and(|hosts| !hosts.contains(host.as_str())) {
                continue;
            }
            let credential = match &settings.auth {
                Some(AuthSettings::Environment { variable, username }) => {
                    Some(self.credential(host, variable, username.as_deref())?)
                }
                _ => None,
            };
            let settings = HostSettings {
                credential,
                concurrency: settings.concurrency,
                plain_http: settings.plain_http,
            };
            builder = builder.host(host, settings);
        }
        let client = builder.build().map_err(|error| Diagnostic::of(&error))?;
        let jobs = self.global.jobs.map_or(64, usize::from);
        Ok(Network {
            runtime,
            client,
            progress,
            jobs,
        })
    }

    fn credential(
        &self,
        host: &str,
        variable: &str,
        username: Option<&str>,
    ) -> Result<Credential, Stop> {
        let source = format!("environment variable {variable}");
        let value = self.environment.get(variable).ok_or_else(|| {
            Diagnostic::new(
                Code::Credentials,
                format!("the {source} is not set; the config names it for {host}"),
            )
            .help(format!(
                "set {variable}, or take `auth` off `[registries.\"{host}\"]`"
            ))
        })?;
        Ok(match (username, value.split_once(':')) {
            (Some(username), _) => Credential::basic(username, Secret::new(value), source),
            (None, Some((username, password))) => {
                Credential::basic(username, Secret::new(password), source)
            }
            (None, None) => Credential::registry_token(Secret::new(value), source),
        })
    }
}

impl Network {
    /// Runs a task to its end, and clears the progress lines after it.
    ///
    /// Ctrl-C ends the process at once: nothing is written before the end, so nothing is left half done.
    pub(super) fn run<T>(&self, task: impl Future<Output = T>) -> T {
        let result = self.runtime.block_on(task);
        self.progress.clear();
        result
    }
}

/// Names the places where Docker and Podman keep credentials, in the order they are asked.
fn credential_store(environment: &Environment) -> CredentialStore {
    let mut store = CredentialStore::new();
    if let Some(text) = environment.get(DOCKER_AUTH_CONFIG) {
        store = store.text(format!("environment variable {DOCKER_AUTH_CONFIG}"), text);
    }
    if let Some(file) = environment.path(REGISTRY_AUTH_FILE) {
        return store.file(file);
    }
    let home = environment.home();
    let in_home = |name: &str| home.as_ref().map(|home| home.join(name));
    let podman = [
        environment.path(XDG_RUNTIME_DIR),
        environment
            .path(XDG_CONFIG_HOME)
            .or_else(|| in_home(".config")),
    ];
    for folder in podman.into_iter().flatten() {
        store = store.file(folder.join("containers/auth.json"));
    }
    if let Some(folder) = environment
        .path(DOCKER_CONFIG)
        .or_else(|| in_home(".docker"))
    {
        store = store.file(folder.join("config.json"));
    }
    store
}
