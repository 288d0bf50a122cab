use std::fmt;

use http::StatusCode;

use crate::registry::transport::request::HttpResponse;

/// The error of a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyFailure {
    /// The proxy itself cannot be reached.
    Unreachable {
        /// The network error.
        reason: String,
    },
    /// The proxy requires credentials, or rejects them (status 407).
    CredentialsWanted,
    /// The proxy does not open a tunnel to the host, or responds in its place.
    Refused {
        /// The HTTP status, if it is known.
        status: Option<u16>,
    },
}

impl ProxyFailure {
    /// Reads what the HTTP library says of a tunnel; `reason` is the cause of that.
    pub(in crate::registry) fn of_tunnel(what: &str, reason: &str) -> Self {
        match what {
            "proxy authorization required" => Self::CredentialsWanted,
            "unsuccessful" => Self::Refused { status: None },
            _ => Self::Unreachable {
                reason: reason.into(),
            },
        }
    }

    /// Reads an answer of plain HTTP that is the proxy's own and not that of the host.
    ///
    /// 407 is never the host's (RFC 9110, 15.5.8); Squid marks the errors that it makes itself.
    pub(in crate::registry) fn of_answer(response: &HttpResponse) -> Option<Self> {
        if response.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Some(Self::CredentialsWanted);
        }
        let status = Some(response.status.as_u16());
        response
            .header("x-squid-error")
            .map(|_| Self::Refused { status })
    }

    /// Says what to do; `source` is where the proxy is named.
    pub(in crate::registry) fn help(&self, host: &str, source: &str) -> String {
        match self {
            Self::Unreachable { .. } => format!(
                "check the proxy of {source}; NO_PROXY lists hosts that are reached without, and so does `proxy = false` under `[registries.\"{host}\"]`"
            ),
            Self::CredentialsWanted => {
                "write user and password into its URL in HTTPS_PROXY or HTTP_PROXY, `http://user:password@proxy.example.com:3128`; the config, where no password may stand, must then name no proxy".into()
            }
            Self::Refused { .. } => format!(
                "ask who runs the proxy whether it may lead to {host}; NO_PROXY lists hosts that are reached without"
            ),
        }
    }
}

impl fmt::Display for ProxyFailure {
    /// Writes what the proxy does, to follow its name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { reason } => write!(formatter, "cannot be reached: {reason}"),
            Self::CredentialsWanted => formatter.write_str("wants credentials, or others (407)"),
            Self::Refused { status: None } => formatter.write_str("opens no tunnel to it"),
            Self::Refused {
                status: Some(status),
            } => write!(formatter, "does not lead to it ({status})"),
        }
    }
}
