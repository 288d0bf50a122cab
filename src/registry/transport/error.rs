use std::error::Error as _;

use super::addresses::Forbidden;
use crate::registry::error::ErrorKind;
use crate::registry::proxies::{Proxy, ProxyFailure};
use crate::registry::request_error::{RequestError, whole};
use crate::registry::tls;

/// Why a request has no answer.
pub(in crate::registry) enum TransportError {
    /// The answer is larger than its cap, in bytes.
    TooLarge { limit: usize },
    /// The answer does not fit into the memory of the run, in bytes.
    MemoryLimit { limit: usize },
    /// The network, or what was sent over it.
    Network(reqwest::Error),
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        Self::Network(error)
    }
}

impl TransportError {
    /// Returns `true` if the server ended an HTTP/2 connection before it looked at the request (RFC 9113, 6.8 and
    /// 8.7): nothing went wrong with that.
    pub(in crate::registry) fn is_unprocessed(&self) -> bool {
        let Self::Network(error) = self else {
            return false;
        };
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(error) = inner.downcast_ref::<h2::Error>() {
                return match error.reason() {
                    Some(h2::Reason::NO_ERROR) => error.is_go_away() && error.is_remote(),
                    Some(h2::Reason::REFUSED_STREAM) => error.is_reset() && error.is_remote(),
                    _ => false,
                };
            }
            cause = inner.source();
        }
        false
    }

    /// Tells it for people. `proxy` is the one that led to the host, `shown` says whether this client had a
    /// certificate to show.
    pub(in crate::registry) fn told(&self, proxy: Option<&Proxy>, shown: bool) -> RequestError {
        match self {
            Self::TooLarge { limit } => ErrorKind::TooLarge { limit: *limit }.into(),
            Self::MemoryLimit { limit } => ErrorKind::MemoryLimit { limit: *limit }.into(),
            Self::Network(error) => told(error, proxy, shown),
        }
    }
}

/// Tells a failure of the network in one line, without the URL.
///
/// Whatever stands between this client and a host must not be taken for the host: with a proxy, no
/// connection is the proxy's failure, unless a tunnel was open already.
fn told(error: &reqwest::Error, proxy: Option<&Proxy>, shown: bool) -> RequestError {
    if error.is_timeout() {
        return ErrorKind::Timeout.into();
    }
    // The innermost cause is the one that says something.
    let mut cause = error.source();
    let mut reason = "the request failed".to_string();
    let mut tunnel = None;
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            let reason = format!("it leads where it must not: {forbidden}");
            return ErrorKind::UnsafeRealm { reason }.into();
        }
        reason = inner.to_string();
        // Its type is not public.
        if let Some(what) = reason.strip_prefix("tunnel error: ") {
            tunnel = Some(what.to_string());
        }
        cause = inner.source();
    }
    let reason = whole(&reason);
    let problem = tls::found_in(error, shown);
    if let (Some(proxy), Some(what)) = (proxy, tunnel) {
        let reason = match problem {
            Some(problem) => problem.to_string(),
            None if what == "unexpected end of file" => "it closed the connection".into(),
            None => reason,
        };
        return proxy.failed(ProxyFailure::of_tunnel(&what, &reason));
    }
    if let Some(problem) = problem {
        return ErrorKind::Tls(problem).into();
    }
    let is_tunnelled = error.url().is_some_and(|url| url.scheme() == "https");
    if let (Some(proxy), true, false) = (proxy, error.is_connect(), is_tunnelled) {
        return proxy.failed(ProxyFailure::Unreachable { reason });
    }
    let reason = if error.is_body() || error.is_decode() {
        format!("the answer broke off: {reason}")
    } else {
        reason
    };
    ErrorKind::Unreachable { reason }.into()
}
