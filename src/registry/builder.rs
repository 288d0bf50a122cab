use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;
use url::Url;

use super::auth::{Auth, CredentialStore, Scopes};
use super::authn::authenticator::Authenticator;
use super::authn::refusal_limiter::RefusalLimiter;
use super::authn::scope_batcher::ScopeBatcher;
use super::authn::secrets::{RedactingObserver, Secrets};
use super::authn::token::Tokens;
use super::cache::{CacheReader, ContentCache};
use super::client::{Client, ClientInner};
use super::error::RegistryError;
use super::host::{HostSettings, Hosts, base_of};
use super::inventory::ApiAvailability;
use super::limits::{Limits, Retries, Timeouts};
use super::memory::Memory;
use super::mirror::{Mirror, Route, Routes};
use super::once::Once;
use super::proxies::{Proxies, ProxyChoice};
use super::transport::access::Accesses;
use super::transport::clients::Clients;
use super::transport::exchange::{Deadline, Exchange};
use super::transport::limiter::HostLimiters;
use super::transport::send::Transport;
use crate::observe::{NoObserver, Observer};

/// The settings of a [`Client`].
#[must_use]
pub struct ClientBuilder {
    hosts: HashMap<String, HostSettings>,
    endpoints: HashMap<String, Url>,
    addresses: HashMap<String, Vec<IpAddr>>,
    auth: BTreeMap<String, Auth>,
    credentials: CredentialStore,
    concurrency: usize,
    timeouts: Timeouts,
    retries: Retries,
    limits: Limits,
    user_agent: String,
    cache: Option<ContentCache>,
    observer: Arc<dyn Observer>,
    proxies: Proxies,
    mirrors: Routes,
    routes: Vec<Routes>,
    offline: bool,
    deadline: Option<Duration>,
    seed: Option<u64>,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            hosts: HashMap::new(),
            endpoints: HashMap::new(),
            addresses: HashMap::new(),
            auth: BTreeMap::new(),
            credentials: CredentialStore::new(),
            concurrency: 64,
            timeouts: Timeouts::default(),
            retries: Retries::default(),
            limits: Limits::default(),
            user_agent: concat!("imagelock/", env!("CARGO_PKG_VERSION")).into(),
            cache: None,
            observer: Arc::new(NoObserver),
            proxies: Proxies::none(),
            mirrors: Routes::new(),
            routes: Vec::new(),
            offline: false,
            deadline: None,
            seed: None,
        }
    }

    /// Sets the settings of a registry. `name` is as in a repository: `docker.io`, `localhost:5000`.
    pub fn host(mut self, name: impl Into<String>, settings: HostSettings) -> Self {
        self.hosts.insert(name.into(), settings);
        self
    }

    /// Sets the URL of a registry, or of `hub.docker.com`, if it differs from its name.
    pub fn endpoint(mut self, name: impl Into<String>, url: Url) -> Self {
        self.endpoints.insert(name.into(), url);
        self
    }

    /// Sets the addresses of a host, instead of resolving its name.
    pub fn addresses(mut self, host: impl Into<String>, addresses: Vec<IpAddr>) -> Self {
        let host = host.into().to_ascii_lowercase();
        self.addresses.insert(host, addresses);
        self
    }

    /// Sets the source of the credentials for a registry, or for a path of it: `ghcr.io`, `ghcr.io/acme`. The
    /// most specific place that matches a repository is used.
    pub fn auth(mut self, place: impl Into<String>, auth: Auth) -> Self {
        self.auth.insert(place.into(), auth);
        self
    }

    /// Sets the source of all other credentials.
    pub fn credentials(mut self, store: CredentialStore) -> Self {
        self.credentials = store;
        self
    }

    /// Sets the most concurrent requests to a host, unless its settings differ: 64 by default, and fewer if
    /// the operator publishes limits.
    ///
    /// A host receives 16 at first, more while it responds quickly, and half as many each time it is
    /// overloaded.
    pub fn concurrency(mut self, count: usize) -> Self {
        self.concurrency = count;
        self
    }

    /// Sets the time limits of a request.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the number and the pauses of retries.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the size limits of responses.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the `User-Agent`: `imagelock/VERSION` by default.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// Sets the cache, which keeps content by digest and is read first, also without the network.
    ///
    /// Without a cache, everything is requested again.
    pub fn cache(mut self, cache: ContentCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Sets the observer that receives the client's events.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// Sets the proxies for hosts whose settings have none; none by default.
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sets the mirrors of a registry, or of a path of it, in the order in which to use them: `ghcr.io`,
    /// `ghcr.io/acme`. The most specific prefix that matches a repository is used.
    ///
    /// Tags are resolved by mirrors that [resolve](Mirror::resolve), and by the registry itself. Content by
    /// digest comes from all mirrors, and last from the registry. A mirror that fails is skipped.
    pub fn mirrors(mut self, prefix: impl Into<String>, mirrors: Vec<Mirror>) -> Self {
        let route = Route {
            mirrors,
            ..Route::default()
        };
        self.mirrors = self.mirrors.route(prefix, route);
        self
    }

    /// Adds routes after the existing ones: their mirrors are used later.
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes.push(routes);
        self
    }

    /// Forbids the network: every request fails; the cache can still be read.
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Sets the total time of all requests, starting at [`build`](Self::build).
    pub fn deadline(mut self, duration: Duration) -> Self {
        self.deadline = Some(duration);
        self
    }

    /// Makes the random parts of pauses deterministic.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Creates the client.
    ///
    /// The certificate authorities are those of the platform, with `SSL_CERT_FILE` and `SSL_CERT_DIR` on
    /// Unix, or the bundled ones if the platform has none.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] of kind [`Transport`](super::ErrorKind::Transport) if the user agent is not a valid
    /// header value.
    pub fn build(self) -> Result<Client, RegistryError> {
        let secrets = Secrets::default();
        for credential in self.proxies.credentials() {
            secrets.learn(credential);
        }
        let observer: Arc<dyn Observer> = Arc::new(RedactingObserver {
            observer: self.observer,
            secrets: secrets.clone(),
        });
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| {
            RegistryError::transport(
                "the user agent has characters that no header can carry".into(),
            )
        })?;
        let known = Arc::new(self.addresses);
        let mut accesses = Accesses::new(self.proxies);
        for (name, settings) in self.hosts.iter().collect::<BTreeMap<_, _>>() {
            if let Some(ProxyChoice::Through(proxy)) = &settings.proxy
                && let Some(credential) = proxy.credential()
            {
                secrets.learn(credential);
            }
            if let Ok(base) = base_of(name, settings, &self.endpoints) {
                accesses.add(name, &base, settings);
            }
        }
        let clients = Clients {
            user_agent,
            timeouts: self.timeouts,
            known,
            accesses,
            observer: Arc::clone(&observer),
            ready: Mutex::default(),
        };
        let memory = Memory::new(self.limits.memory_bytes);
        let transport = Transport {
            clients,
            limits: self.limits,
            memory: memory.clone(),
            observer: Arc::clone(&observer),
        };
        let random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let deadline = self.deadline.and_then(|length| {
            let at = Instant::now().checked_add(length)?;
            Some(Deadline { at, length })
        });
        let kept = CacheReader::new(self.cache, Arc::clone(&observer));
        let exchange = Exchange {
            transport,
            limiters: HostLimiters::new(self.concurrency),
            retries: self.retries,
            timeouts: self.timeouts,
            random: Mutex::new(random),
            observer,
            offline: self.offline,
            deadline,
        };
        let authenticator = Authenticator {
            scopes: Scopes::new(self.auth, self.credentials),
            tokens: Tokens::default(),
            refusal_limiter: RefusalLimiter::default(),
            scope_batcher: ScopeBatcher::default(),
            answer_bytes: self.limits.answer_bytes,
            secrets: secrets.clone(),
        };
        Ok(Client::new(ClientInner {
            exchange,
            hosts: Hosts::new(self.hosts, self.endpoints, self.concurrency),
            authenticator,
            routes: [self.mirrors].into_iter().chain(self.routes).collect(),
            limits: self.limits,
            memory,
            secrets,
            kept,
            tags: Once::default(),
            digests: Once::default(),
            manifests: Once::default(),
            blobs: Once::default(),
            catalogs: Once::default(),
            referrers: Once::default(),
            hub_tags: Once::default(),
            probes: Once::default(),
            inventories: Once::default(),
            inventory_tags: Once::default(),
            told_with_tags: Once::default(),
            availability: ApiAvailability::default(),
        }))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClientBuilder(…)")
    }
}
