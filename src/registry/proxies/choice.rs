use std::sync::Arc;

use url::Url;

use super::bypass::{Bypass, is_near};
use super::proxy::{Proxy, ProxyError};
use crate::registry::auth::Credential;

/// The proxies of a run, and the hosts that are reached without a proxy.
///
/// This machine and link-local addresses are never reached through these proxies.
///
/// ```
/// use imagelock::registry::Proxies;
///
/// let proxies = Proxies::none()
///     .https("http://proxy.example.com:3128", "HTTPS_PROXY")
///     .except("registry.internal,10.0.0.0/8");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<NamedProxy>,
    https: Option<NamedProxy>,
    except: Bypass,
}

/// A text that names no proxy is a matter only of requests that would take it.
type NamedProxy = Result<Arc<Proxy>, ProxyError>;

impl Proxies {
    /// Creates a choice without any proxy.
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the proxy for requests without TLS, and where it is set.
    #[must_use]
    pub fn http(mut self, text: &str, source: &str) -> Self {
        self.http = Some(Proxy::parse(text, source).map(Arc::new));
        self
    }

    /// Sets the proxy for requests with TLS, and where it is set.
    #[must_use]
    pub fn https(mut self, text: &str, source: &str) -> Self {
        self.https = Some(Proxy::parse(text, source).map(Arc::new));
        self
    }

    /// Sets the hosts that are reached without a proxy. The list has the syntax of `NO_PROXY`: hosts
    /// including all hosts below them, `.example.com` for only those below, addresses, and networks such as
    /// `10.0.0.0/8`, each with an optional port; `*` matches all hosts.
    #[must_use]
    pub fn except(mut self, list: &str) -> Self {
        self.except = Bypass::parse(list);
        self
    }

    /// Returns the credentials of all of them.
    pub(in crate::registry) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        let named = [&self.http, &self.https].into_iter().flatten().flatten();
        named.filter_map(|proxy| proxy.credential())
    }

    /// Returns the proxy that leads to a URL.
    pub(in crate::registry) fn to(&self, url: &Url) -> Result<Option<Arc<Proxy>>, ProxyError> {
        let named = match url.scheme() {
            "http" => &self.http,
            _ => &self.https,
        };
        match named {
            Some(named) if !is_near(url) && !self.except.contains(url) => named.clone().map(Some),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scheme_has_its_proxy() {
        let proxies = Proxies::none()
            .http("http://one:1", "http_proxy")
            .https("two:2", "HTTPS_PROXY")
            .except("direct.io");
        let to = |url: &str| {
            let proxy = proxies.to(&url.parse().unwrap()).unwrap();
            proxy.map(|proxy| proxy.to_string())
        };
        assert_eq!(to("http://r.io").as_deref(), Some("one:1"));
        assert_eq!(to("https://r.io").as_deref(), Some("two:2"));
        for url in [
            "https://direct.io",
            "http://127.0.0.1:5000",
            "https://localhost",
        ] {
            assert_eq!(to(url), None, "{url}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_matters_only_where_it_would_be() {
        let proxies = Proxies::none()
            .https("socks5://proxy", "ALL_PROXY")
            .except("direct.io");
        let to = |url: &str| proxies.to(&url.parse().unwrap());
        assert!(to("https://direct.io").is_ok() && to("http://r.io").is_ok());
        assert!(
            to("https://r.io")
                .unwrap_err()
                .to_string()
                .contains("ALL_PROXY")
        );
    }
}
