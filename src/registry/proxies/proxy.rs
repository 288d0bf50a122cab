use std::fmt;

use http::HeaderValue;
use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

use super::failure::ProxyFailure;
use crate::registry::auth::{Credential, Secret};
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;
use crate::registry::transport::endpoint::host_of;

/// A proxy: it receives requests over plain HTTP, and opens a tunnel for all others (`CONNECT`, RFC 9110,
/// 9.3.6).
///
/// ```
/// use imagelock::registry::Proxy;
///
/// let proxy = Proxy::parse("http://me:hunter2@proxy.example.com:3128", "HTTPS_PROXY")?;
/// assert_eq!(proxy.to_string(), "proxy.example.com:3128");
/// assert!(!format!("{proxy:?}").contains("hunter2"));
/// # Ok::<(), imagelock::registry::ProxyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Without credentials.
    url: Url,
    credential: Option<Credential>,
    source: Box<str>,
}

/// The text is not a proxy.
///
/// The text itself is not in the message: it may contain a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the proxy of {source_name} cannot be used: {reason}")]
pub struct ProxyError {
    /// Where the text is set.
    pub source_name: String,
    /// The reason.
    pub reason: &'static str,
}

/// The proxy for one registry, regardless of the proxies for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyChoice {
    /// No proxy.
    Direct,
    /// This one.
    Through(Proxy),
}

impl Proxy {
    /// Parses a proxy's URL; the default scheme is `http`. It can contain a user and a password.
    ///
    /// `source` says where the text is set, for messages.
    ///
    /// # Errors
    ///
    /// [`ProxyError`] if it is not an `http` or `https` URL with a host.
    pub fn parse(text: &str, source: impl Into<String>) -> Result<Self, ProxyError> {
        let source = source.into();
        let error = |reason| ProxyError {
            source_name: source.clone(),
            reason,
        };
        let text = text.trim();
        let whole = if text.contains("://") {
            text.to_string()
        } else {
            format!("http://{text}")
        };
        let mut url = Url::parse(&whole).map_err(|_| error("it is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(error("it is neither `http://` nor `https://`"));
        }
        let user = decoded(url.username()).ok_or_else(|| error("its user is not valid"))?;
        let password = url.password().unwrap_or_default();
        let password = decoded(password).ok_or_else(|| error("its password is not valid"))?;
        let is_open = user.reveal().is_empty() && password.reveal().is_empty();
        let credential = (!is_open).then(|| Credential::basic(user.reveal(), password, &*source));
        // Neither fails for a URL that has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self {
            url,
            credential,
            source: source.into(),
        })
    }

    /// Returns where the proxy was set, for display.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(in crate::registry) fn url(&self) -> &Url {
        &self.url
    }

    pub(in crate::registry) fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }

    /// Returns what it is and where it is named, in words for people.
    pub(in crate::registry) fn in_words(&self) -> Box<str> {
        format!("the proxy {self} of {}", self.source).into()
    }

    /// Creates an error from the failure of the proxy.
    pub(in crate::registry) fn failed(&self, failure: ProxyFailure) -> RequestError {
        let (proxy, source) = (self.to_string(), self.source.to_string());
        ErrorKind::Proxy {
            proxy,
            source,
            failure,
        }
        .into()
    }

    /// Sets a client up to send everything through it.
    pub(in crate::registry) fn to_reqwest(&self) -> Result<reqwest::Proxy, String> {
        let proxy = reqwest::Proxy::all(self.url.clone()).map_err(|error| error.to_string())?;
        let header = self.credential.as_ref();
        let Some(authorization) = header.and_then(Credential::basic_header) else {
            return Ok(proxy);
        };
        let mut header = HeaderValue::from_str(authorization.reveal())
            .map_err(|_| "its credentials cannot be sent".to_string())?;
        header.set_sensitive(true);
        Ok(proxy.custom_http_auth(header))
    }
}

fn decoded(text: &str) -> Option<Secret> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    (!text.contains(char::is_control)).then(|| Secret::new(text))
}

impl fmt::Display for Proxy {
    /// Writes host and port, without credentials.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&host_of(&self.url))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn urls_are_read_and_credentials_taken_out() {
        for (text, shown, authorization) in [
            (
                "http://proxy.example.com:3128",
                "proxy.example.com:3128",
                None,
            ),
            ("proxy.example.com:3128", "proxy.example.com:3128", None),
            ("proxy", "proxy", None),
            ("https://proxy.example.com/", "proxy.example.com", None),
            ("http://[::1]:3128", "[::1]:3128", None),
            (
                "http://me:p%40ss@proxy:1",
                "proxy:1",
                Some("Basic bWU6cEBzcw=="),
            ),
            ("me:secret@proxy:1", "proxy:1", Some("Basic bWU6c2VjcmV0")),
            ("http://me@proxy:1", "proxy:1", Some("Basic bWU6")),
        ] {
            let proxy = Proxy::parse(text, "HTTPS_PROXY").unwrap();
            assert_eq!(proxy.to_string(), shown, "{text}");
            let header = proxy.credential().and_then(Credential::basic_header);
            let found = header.as_ref().map(Secret::reveal);
            assert_eq!(found, authorization, "{text}");
            assert!(proxy.url.username().is_empty() && proxy.url.password().is_none());
        }
    }

    #[test]
    fn what_names_no_proxy_is_not_shown() {
        for text in [
            "socks5://me:canary@proxy:1080",
            "http://",
            "ftp://me:canary@proxy",
            "http://me:canary@",
            "http://me:canary%0d%0a@proxy",
            "http://me:canary@proxy:port",
        ] {
            let error = Proxy::parse(text, "ALL_PROXY").unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("ALL_PROXY"), "{shown}");
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), near in "(https?://)?[a-z%:@\\[\\]0-9.]{0,20}") {
            for text in [text, near] {
                if let Ok(proxy) = Proxy::parse(&text, "x") {
                    prop_assert!(proxy.to_reqwest().is_ok());
                }
            }
        }
    }
}
