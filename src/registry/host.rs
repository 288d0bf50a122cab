use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;
use url::Url;

use super::authn::challenge::Challenge;
use super::inventory::Api;
use super::proxies::ProxyChoice;
use super::request_error::RequestError;
use super::tls::Tls;
use super::transport::endpoint::{default_url, is_loopback};
use super::transport::limiter::{HostLimiters, HostLimits};

/// The settings of one registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSettings {
    /// Other hosts whose token server may receive the credentials for this registry, with a port if it is not
    /// the default port. Needed if the token server is on a host that is not known to belong to the registry.
    pub token_realms: Vec<String>,
    /// The most concurrent requests.
    pub concurrency: Option<usize>,
    /// Plain HTTP instead of TLS; by default only for this machine.
    pub plain_http: Option<bool>,
    /// The TLS settings.
    pub tls: Tls,
    /// The proxy, or none, regardless of the proxies for other hosts.
    pub proxy: Option<ProxyChoice>,
    /// The registry-specific API, if the host name does not determine it; no API is detected automatically.
    pub api: Option<Api>,
}

/// What is known of one registry.
pub(super) struct Host {
    /// As configs name it.
    pub(super) name: String,
    pub(super) base: Url,
    /// The root of the API, `/v2/` but for some mirrors.
    root: Url,
    /// Whether it is asked as a mirror, which can be done without.
    pub(super) is_mirror: bool,
    /// Whether credentials may go there: with TLS, on this machine, or where plain HTTP was chosen for it
    /// by its name. A URL of a mirror without TLS is no such choice.
    pub(super) takes_credentials: bool,
    pub(super) token_realms: Vec<String>,
    /// Held by who makes the first request, so that the others need not be refused as well.
    pub(super) probe_authentication: tokio::sync::Mutex<()>,
    /// The challenge of `/v2/`, for registries whose refusals have none.
    pub(super) pinged: OnceCell<Option<Challenge>>,
    state: Mutex<HostState>,
}

/// What the first request to a registry showed.
#[derive(Clone)]
pub(super) struct Learned {
    /// The challenge to answer; none if the registry wants no authorization.
    pub(super) challenge: Option<Challenge>,
}

#[derive(Default)]
struct HostState {
    learned: Option<Learned>,
    /// Repositories that are to be asked for without credentials, since those were refused.
    anonymous: HashSet<String>,
    /// Whether it refuses to be told how much a page is to have.
    dislikes_page_size: bool,
    /// What is not to be asked for again, of a mirror.
    unwanted: Unwanted,
}

#[derive(Default)]
struct Unwanted {
    all: bool,
    paths: HashSet<String>,
}

/// What a mirror's failure means for other requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndpointHealth {
    /// Nothing: it lacks what was asked for.
    Good,
    /// It is of no use for this repository.
    NotFor,
    /// It is of no use in this run.
    Down,
}

impl Host {
    fn state(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is known since the registry was asked for the first time.
    pub(super) fn learned(&self) -> Option<Learned> {
        self.state().learned.clone()
    }

    pub(super) fn learn(&self, challenge: Option<Challenge>) {
        self.state().learned = Some(Learned { challenge });
    }

    pub(super) fn is_anonymous(&self, path: &str) -> bool {
        self.state().anonymous.contains(path)
    }

    pub(super) fn go_anonymous(&self, path: &str) {
        self.state().anonymous.insert(path.into());
    }

    pub(super) fn dislikes_page_size(&self) -> bool {
        self.state().dislikes_page_size
    }

    pub(super) fn dislike_page_size(&self) {
        self.state().dislikes_page_size = true;
    }

    /// Returns `true` if a mirror may still have something for a repository's path.
    pub(super) fn is_worth_asking(&self, path: &str) -> bool {
        let unwanted = &self.state().unwanted;
        !unwanted.all && !unwanted.paths.contains(path)
    }

    /// Notes what a failure means for other requests to a mirror.
    pub(super) fn note(&self, path: &str, health: EndpointHealth) {
        let unwanted = &mut self.state().unwanted;
        match health {
            EndpointHealth::Good => {}
            EndpointHealth::NotFor => {
                unwanted.paths.insert(path.into());
            }
            EndpointHealth::Down => unwanted.all = true,
        }
    }

    /// Returns a URL at the registry's own origin, beside the API of the specification.
    pub(super) fn own(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_string();
        url.set_path(&format!("{prefix}{path}"));
        url
    }

    /// Returns a URL of the registry's API.
    pub(super) fn api(&self, path: &str) -> Url {
        let mut url = self.root.clone();
        url.set_path(&format!("{}{path}", self.root.path()));
        url
    }
}

/// All registries of a run.
pub(super) struct Hosts {
    pub(super) settings: HashMap<String, HostSettings>,
    /// Where hosts are reached instead of where their names say.
    pub(super) endpoints: HashMap<String, Url>,
    known: Mutex<HashMap<String, Arc<Host>>>,
    concurrency: usize,
}

impl Hosts {
    pub(super) fn new(
        settings: HashMap<String, HostSettings>,
        endpoints: HashMap<String, Url>,
        concurrency: usize,
    ) -> Self {
        Self {
            settings,
            endpoints,
            known: Mutex::default(),
            concurrency,
        }
    }

    /// Returns a registry, and opens the limiter of it at its own width.
    pub(super) fn of(
        &self,
        registry: &str,
        limiters: &HostLimiters,
    ) -> Result<Arc<Host>, RequestError> {
        self.known(registry.into(), registry, None, false, limiters)
    }

    /// Returns what is asked in the place of a registry, or as a mirror of it; its API may have a root of its
    /// own.
    ///
    /// What a host says as a mirror is kept apart from what it says as a registry.
    pub(super) fn of_place(
        &self,
        name: &str,
        root: Option<&Url>,
        is_mirror: bool,
        limiters: &HostLimiters,
    ) -> Result<Arc<Host>, RequestError> {
        let place = root.map_or(name, Url::as_str);
        let key = if is_mirror {
            format!("mirror {place}")
        } else {
            place.into()
        };
        self.known(key, name, root, is_mirror, limiters)
    }

    fn known(
        &self,
        key: String,
        name: &str,
        root: Option<&Url>,
        is_mirror: bool,
        limiters: &HostLimiters,
    ) -> Result<Arc<Host>, RequestError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = known.get(&key) {
            return Ok(Arc::clone(host));
        }
        let settings = self.settings.get(name).cloned().unwrap_or_default();
        let base = match root {
            Some(root) => root.clone(),
            None => base_of(name, &settings, &self.endpoints).map_err(RequestError::invalid)?,
        };
        let takes_credentials = root.is_none()
            || base.scheme() == "https"
            || is_loopback(&base)
            || settings.plain_http == Some(true);
        let root = root.cloned().unwrap_or_else(|| {
            let mut root = base.clone();
            root.set_path(&format!("{}/v2/", base.path().trim_end_matches('/')));
            root
        });
        let host_limits = HostLimits::of(name, settings.concurrency, self.concurrency);
        limiters.opened(&base, host_limits);
        let host = Arc::new(Host {
            name: name.into(),
            base,
            root,
            is_mirror,
            takes_credentials,
            token_realms: settings.token_realms,
            probe_authentication: tokio::sync::Mutex::default(),
            pinged: OnceCell::new(),
            state: Mutex::default(),
        });
        known.insert(key, Arc::clone(&host));
        Ok(host)
    }
}

/// Returns where a registry is reached.
pub(super) fn base_of(
    registry: &str,
    settings: &HostSettings,
    endpoints: &HashMap<String, Url>,
) -> Result<Url, String> {
    match endpoints.get(registry) {
        Some(url) => Ok(url.clone()),
        None => default_url(registry, settings.plain_http),
    }
}
