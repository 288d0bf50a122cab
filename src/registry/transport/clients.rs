use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;
use url::Url;

use super::access::{Accesses, ConnectionSettings};
use super::addresses::{AddressPolicy, KnownAddresses, Resolver};
use super::request::HttpRequest;
use crate::observe::{Event, Observer};
use crate::registry::limits::Timeouts;
use crate::registry::proxies::Proxy;
use crate::registry::tls::Tls;

/// The HTTP clients of a run, one for each way to make a request.
///
/// Each is set up when it is needed first, since reading the platform's authorities takes its time.
pub(in crate::registry) struct Clients {
    pub(in crate::registry) user_agent: HeaderValue,
    pub(in crate::registry) timeouts: Timeouts,
    pub(in crate::registry) known: KnownAddresses,
    pub(in crate::registry) accesses: Accesses,
    pub(in crate::registry) observer: Arc<dyn Observer>,
    pub(in crate::registry) ready: Mutex<Ready>,
}

/// What was set up so far.
#[derive(Default)]
pub(in crate::registry) struct Ready {
    clients: Vec<(ClientKey, Result<reqwest::Client, String>)>,
    /// The registries whose certificates are not looked at, as far as that was told.
    unverified: HashSet<String>,
    /// Whether the platform has certificate authorities, once somebody looked.
    has_roots: Option<bool>,
}

/// The way to one host.
pub(in crate::registry) struct ClientRoute {
    pub(in crate::registry) client: reqwest::Client,
    pub(in crate::registry) proxy: Option<Arc<Proxy>>,
    /// Whether the host is shown a certificate of this client, if it wants to see one.
    pub(in crate::registry) shows_identity: bool,
}

/// What tells clients apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ClientKey {
    security: Security,
    proxy: Option<Arc<Proxy>>,
    address_policy: AddressPolicy,
    http1: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Security {
    /// Plain HTTP, which needs no authorities.
    None,
    Usual,
    Own(Arc<Tls>),
}

impl Clients {
    /// Returns the way to the host of a request; the error says why there is none.
    pub(in crate::registry) fn to(&self, request: &HttpRequest) -> Result<ClientRoute, String> {
        let url = &request.url;
        let access = self.accesses.to(url);
        let proxy = if request.direct {
            None
        } else {
            self.accesses.proxy(url, access)?
        };
        let key = ClientKey {
            security: security(url, access, proxy.as_deref(), request.was_redirected),
            // Whoever runs the program chooses proxies freely, and only the proxy looks the host up.
            address_policy: if proxy.is_some() {
                AddressPolicy::Anywhere
            } else {
                request.address_policy
            },
            proxy,
            http1: request.http1,
        };
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Security::Own(tls), Some(access)) = (&key.security, access)
            && tls.skips_verify()
            && ready.unverified.insert(access.name.clone())
        {
            self.observer.on_event(&Event::Unverified {
                host: access.name.clone(),
            });
        }
        let proxy = key.proxy.clone();
        let shows_identity = matches!(&key.security, Security::Own(tls) if tls.has_identity());
        let found = ready.clients.iter().find(|(known, _)| *known == key);
        let client = if let Some((_, client)) = found {
            client.clone()
        } else {
            let client = self.build(&key, &mut ready);
            ready.clients.push((key, client.clone()));
            client
        };
        Ok(ClientRoute {
            client: client?,
            proxy,
            shows_identity,
        })
    }

    fn build(&self, key: &ClientKey, ready: &mut Ready) -> Result<reqwest::Client, String> {
        let own = match &key.security {
            Security::None => return told(self.builder(key)?.tls_certs_only([]).build()),
            Security::Usual => None,
            Security::Own(tls) => Some(tls),
        };
        if let Some(reason) = own.and_then(|tls| tls.problem()) {
            return Err(reason.into());
        }
        let builder = || match own {
            Some(tls) => told(tls.apply(self.builder(key)?)),
            None => self.builder(key),
        };
        if own.is_some_and(|tls| tls.skips_verify()) {
            return told(builder()?.tls_certs_only([]).build());
        }
        if let Some(tls) = own.filter(|tls| tls.has_authorities()) {
            let bundled =
                (!self.has_roots(ready)).then_some(webpki_root_certs::TLS_SERVER_ROOT_CERTS);
            let trusting = tls.trust(self.builder(key)?, bundled, key.http1);
            return told(trusting.map_err(|error| error.to_string())?.build());
        }
        if ready.has_roots.is_none() {
            let client = builder()?.build();
            self.found_roots(ready, client.is_ok());
            if let Ok(client) = client {
                return Ok(client);
            }
        }
        if self.has_roots(ready) {
            return told(builder()?.build());
        }
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| reqwest::Certificate::from_der(root).ok());
        told(builder()?.tls_certs_only(bundled).build())
    }

    /// Returns `true` if the platform has certificate authorities.
    ///
    /// A client with authorities of its own can be built without them, and would then trust no others.
    fn has_roots(&self, ready: &mut Ready) -> bool {
        if let Some(has_roots) = ready.has_roots {
            return has_roots;
        }
        let has_roots = reqwest::Client::builder().no_proxy().build().is_ok();
        self.found_roots(ready, has_roots);
        has_roots
    }

    fn found_roots(&self, ready: &mut Ready, has_roots: bool) {
        ready.has_roots = Some(has_roots);
        if !has_roots {
            self.observer.on_event(&Event::BundledRoots);
        }
    }

    fn builder(&self, key: &ClientKey) -> Result<reqwest::ClientBuilder, String> {
        if let (Security::Own(tls), Some(proxy)) = (&key.security, &key.proxy)
            && proxy.url().scheme() == "https"
            && (tls.has_identity() || tls.skips_verify())
        {
            // The library has one set of settings for both, and these are the registry's alone.
            let reason =
                "a proxy of `https://` goes neither with `client-cert` nor with `tls-skip-verify`";
            return Err(reason.into());
        }
        let resolver = Resolver {
            address_policy: key.address_policy,
            known: Arc::clone(&self.known),
        };
        // By itself it repeats only what a server says that it did not begin with when it ends a connection
        // of HTTP/2 (RFC 9113, 8.7). That is no new try.
        let builder = reqwest::Client::builder()
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.timeouts.connect)
            .read_timeout(self.timeouts.read)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(resolver))
            .no_proxy()
            .referer(false);
        let builder = if key.http1 {
            builder.http1_only()
        } else {
            builder
        };
        Ok(match &key.proxy {
            Some(proxy) => builder.proxy(proxy.to_reqwest()?),
            None => builder,
        })
    }
}

fn security(
    url: &Url,
    access: Option<&ConnectionSettings>,
    proxy: Option<&Proxy>,
    was_redirected: bool,
) -> Security {
    let is_secure = |url: &Url| url.scheme() == "https";
    if !is_secure(url) {
        let is_secure = proxy.is_some_and(|proxy| is_secure(proxy.url()));
        return if is_secure {
            Security::Usual
        } else {
            Security::None
        };
    }
    let own = access.and_then(|access| access.tls(was_redirected));
    own.map_or(Security::Usual, Security::Own)
}

fn told<T>(outcome: reqwest::Result<T>) -> Result<T, String> {
    outcome.map_err(|error| {
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        cause.to_string()
    })
}
