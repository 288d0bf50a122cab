use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::access::{proxy, tls, tls_elsewhere};
use super::clouds::Clouds;
use super::context::{Context, Stop};
use super::progress::Progress;
use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::registry::{Client, HostSettings, Retries, Timeouts, Tls};

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
    /// With `hosts`, other hosts get no credentials, and it is no matter yet if their certificates cannot be
    /// read: they are reached only if a registry leads there.
    pub(super) fn network(
        &mut self,
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
            .credentials(self.credential_store())
            .proxies(self.proxies())
            .offline(self.global.offline || self.global.frozen);
        if let Some(length) = self.global.deadline {
            builder = builder.deadline(length);
        }
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
                list: usual.list.max(total.saturating_mul(10)),
            });
        }
        if let Some(count) = self.global.retries {
            builder = builder.retries(Retries {
                count,
                ..Retries::default()
            });
        }
        let mirrors = self.mirrors(config, hosts)?;
        for notice in &mirrors.notices {
            self.terminal.problem(notice)?;
        }
        builder = mirrors.tell(builder);
        let is_asked = |host: &str| {
            hosts.is_none_or(|hosts| hosts.contains(host) || mirrors.hosts.contains(host))
        };
        let places = config.into_iter().flat_map(|config| {
            let places = config.registries.iter();
            places.map(move |(place, settings)| (config, place, settings))
        });
        let mut clouds = Clouds::new(self.environment);
        let mut settled = BTreeMap::new();
        for (config, place, settings) in places {
            let host = place.split('/').next().unwrap_or_default();
            let is_asked = is_asked(host);
            if let Some(auth) = settings.auth.as_ref().filter(|_| is_asked) {
                builder = builder.auth(place, self.auth(auth, config, &mut clouds));
            }
            if place.contains('/') {
                continue;
            }
            let tls = match tls(settings, config) {
                Ok(tls) => tls,
                Err(problem) if is_asked => return Err(problem.into()),
                // Only if another registry leads there will anybody miss it.
                Err(problem) => Tls::unusable(problem.message),
            };
            let settings = HostSettings {
                token_realms: settings.token_realms.clone(),
                concurrency: settings.concurrency,
                plain_http: settings.plain_http,
                tls,
                proxy: proxy(settings)?,
            };
            settled.insert(host, settings);
        }
        let asked = mirrors.accesses.iter().filter(|(host, _)| is_asked(host));
        for (host, access) in asked {
            let settings: &mut HostSettings = settled.entry(host).or_default();
            let is_open = settings.plain_http.is_none() && settings.tls == Tls::default();
            if is_open {
                settings.plain_http = access.plain_http;
                settings.tls = tls_elsewhere(access)?;
            }
        }
        for (host, settings) in settled {
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
