use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;
use url::Url;

use super::addresses::{Known, Reach, Resolver};
use super::endpoint::is_loopback;
use super::limits::Timeouts;
use crate::observe::{Event, Observer};

/// The HTTP clients of a run, one for each way to make a request.
///
/// Each is set up when it is needed first, since reading the platform's authorities takes its time.
pub(super) struct Clients {
    pub(super) user_agent: HeaderValue,
    pub(super) timeouts: Timeouts,
    pub(super) known: Known,
    pub(super) observer: Arc<dyn Observer>,
    ready: Mutex<HashMap<Way, Result<reqwest::Client, String>>>,
}

/// What tells clients apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Way {
    /// Plain HTTP on this machine or its link: without TLS, and without a proxy, which could not reach it.
    is_local: bool,
    reach: Reach,
}

impl Clients {
    pub(super) fn new(
        user_agent: HeaderValue,
        timeouts: Timeouts,
        known: Known,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            user_agent,
            timeouts,
            known,
            observer,
            ready: Mutex::default(),
        }
    }

    /// Returns the client for a URL, past any proxy if it is to be direct; the error says why it cannot be
    /// set up.
    pub(super) fn of(
        &self,
        url: &Url,
        reach: Reach,
        direct: bool,
    ) -> Result<reqwest::Client, String> {
        let way = Way {
            is_local: url.scheme() == "http" && (direct || is_loopback(url)),
            reach,
        };
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.entry(way).or_insert_with(|| self.build(way)).clone()
    }

    fn build(&self, way: Way) -> Result<reqwest::Client, String> {
        if way.is_local {
            let client = self.builder(way).no_proxy().tls_certs_only([]).build();
            return client.map_err(|error| error.to_string());
        }
        if let Ok(client) = self.builder(way).build() {
            return Ok(client);
        }
        // The platform has no certificate authorities.
        self.observer.on_event(&Event::BundledRoots);
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        let client = self.builder(way).tls_certs_only(roots).build();
        client.map_err(|error| error.to_string())
    }

    fn builder(&self, way: Way) -> reqwest::ClientBuilder {
        let resolver = Resolver {
            reach: way.reach,
            known: Arc::clone(&self.known),
        };
        reqwest::Client::builder()
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.timeouts.connect)
            .read_timeout(self.timeouts.read)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(resolver))
            .referer(false)
    }
}
