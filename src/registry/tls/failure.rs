use std::error::Error;
use std::fmt;
use std::io;

use http::StatusCode;
use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};
use url::Url;

use crate::registry::request_error::clean;

/// The most names of a certificate that are shown.
const MOST_NAMES: usize = 5;

/// The reason why a TLS connection failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The certificate is signed by a CA that is not trusted, or by nobody.
    UnknownAuthority,
    /// A CA certificate is used as a server certificate.
    AuthorityAsServer,
    /// The certificate is of X.509 version 1 or 2, which does not contain its hosts or its purpose.
    OldCertificate,
    /// The certificate is for other hosts.
    WrongHost {
        /// The hosts that it is for.
        names: Vec<String>,
    },
    /// The certificate has expired.
    Expired {
        /// The end of its validity.
        since: Option<Timestamp>,
        /// The time by this machine's clock.
        now: Option<Timestamp>,
    },
    /// The certificate is not yet valid.
    NotYetValid {
        /// The start of its validity.
        from: Option<Timestamp>,
        /// The time by this machine's clock.
        now: Option<Timestamp>,
    },
    /// The server requires a client certificate.
    IdentityWanted,
    /// The server rejects the client certificate.
    IdentityRefused,
    /// The server does not support TLS.
    NotTls,
    /// The server requires TLS, but was contacted without it.
    TlsWanted,
    /// The server supports only unsafe TLS versions or ciphers.
    Outdated,
    /// Another error.
    Other {
        /// The reason.
        reason: String,
    },
}

impl TlsProblem {
    /// Reads an error. `shown` says whether this client has a certificate to show.
    fn of(error: &rustls::Error, shown: bool) -> Self {
        use rustls::Error::{AlertReceived, InvalidCertificate, PeerIncompatible as Incompatible};

        match error {
            InvalidCertificate(error) => Self::of_certificate(error),
            rustls::Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
            ) => Self::NotTls,
            AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            )
            | Incompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::ExtendedMasterSecretExtensionRequired,
            ) => Self::Outdated,
            AlertReceived(AlertDescription::CertificateRequired) => Self::IdentityWanted,
            // What a server says of a certificate that it was shown; up to TLS 1.2 it has no other words for
            // one that it was not shown (RFC 5246, 7.4.6).
            AlertReceived(
                AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA,
            ) if !shown => Self::IdentityWanted,
            AlertReceived(
                AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied,
            ) if shown => Self::IdentityRefused,
            other => Self::Other {
                reason: clean(&other.to_string(), 200),
            },
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Self::UnknownAuthority
            }
            CertificateError::Expired => Self::Expired {
                since: None,
                now: None,
            },
            CertificateError::ExpiredContext { time, not_after } => Self::Expired {
                since: timestamp(*not_after),
                now: timestamp(*time),
            },
            CertificateError::NotValidYet => Self::NotYetValid {
                from: None,
                now: None,
            },
            CertificateError::NotValidYetContext { time, not_before } => Self::NotYetValid {
                from: timestamp(*not_before),
                now: timestamp(*time),
            },
            CertificateError::NotValidForName => Self::WrongHost { names: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongHost {
                names: presented.iter().map(|name| bare_name(name)).collect(),
            },
            other if is_of_authority(other) => Self::AuthorityAsServer,
            other if other.to_string().contains("UnsupportedCertVersion") => Self::OldCertificate,
            other => Self::Other {
                reason: clean(&other.to_string(), 200),
            },
        }
    }

    /// Says what the user can do.
    pub(in crate::registry) fn help(&self, host: &str) -> String {
        let table = format!("under `[registries.\"{host}\"]`");
        match self {
            Self::UnknownAuthority => format!(
                "if the authority is your own, write `ca-file = \"…\"` {table}, or name it with SSL_CERT_FILE; if not, the connection may be intercepted, for example by a proxy"
            ),
            Self::AuthorityAsServer => format!(
                "if it is the registry's own, name it with `ca-file` {table}; or make a certificate for {host} that is no authority's (`basicConstraints = CA:FALSE`)"
            ),
            Self::OldCertificate => {
                let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
                format!(
                    "make the certificate of {host} anew, as version 3 with `subjectAltName`: with OpenSSL `-addext \"subjectAltName = DNS:{name}\"`"
                )
            }
            Self::WrongHost { .. } => format!(
                "check the name `{host}`; if it is right, its certificate must be made for it"
            ),
            Self::Expired { .. } => {
                "check this machine's clock; if it is right, the certificate must be renewed".into()
            }
            Self::NotYetValid { .. } => {
                "check this machine's clock; if it is right, wait until the certificate is valid"
                    .into()
            }
            Self::IdentityWanted => {
                format!("write `client-cert = \"…\"` and `client-key = \"…\"` {table}")
            }
            Self::IdentityRefused => format!(
                "check that the certificate of `client-cert` {table} is still valid and from an authority that the registry knows"
            ),
            Self::NotTls => format!(
                "check the port; a registry that speaks plain HTTP needs `plain-http = true` {table}"
            ),
            Self::TlsWanted => format!("write `plain-http = false` {table}"),
            Self::Outdated => "the registry must speak TLS 1.2 or 1.3; tell who runs it".into(),
            Self::Other { .. } => {
                "check that nothing between you and the registry changes what is sent".into()
            }
        }
    }
}

impl fmt::Display for TlsProblem {
    /// Writes what is wrong, as one fragment.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnknownAuthority => "its certificate is signed by an authority that is not trusted",
            Self::AuthorityAsServer => "its certificate is that of an authority, which no server may use",
            Self::OldCertificate => "its certificate is of an X.509 version before 3, which names no hosts that could be checked",
            Self::WrongHost { names } => {
                return match &names[..] {
                    [] => formatter.write_str("its certificate is for no host at all"),
                    names => {
                        let shown = names.iter().take(MOST_NAMES);
                        let shown: Vec<_> = shown.map(|name| format!("`{name}`")).collect();
                        let more = if names.len() > MOST_NAMES { " and others" } else { "" };
                        write!(formatter, "its certificate is for {}{more}", shown.join(", "))
                    }
                };
            }
            Self::Expired { since: Some(since), now: Some(now) } => {
                return write!(formatter, "its certificate expired at {since}, and this machine's clock says {now}");
            }
            Self::Expired { .. } => "its certificate has expired",
            Self::NotYetValid { from: Some(from), now: Some(now) } => {
                return write!(formatter, "its certificate is valid only from {from} on, and this machine's clock says {now}");
            }
            Self::NotYetValid { .. } => "its certificate is not valid yet",
            Self::IdentityWanted => "it wants to see a certificate of this client",
            Self::IdentityRefused => "it does not accept this client's certificate",
            Self::NotTls => "it does not speak TLS",
            Self::TlsWanted => "it speaks TLS, and was spoken to in plain HTTP",
            Self::Outdated => "it speaks no version of TLS that is safe",
            Self::Other { reason } => return write!(formatter, "TLS failed: {reason}"),
        })
    }
}

/// Returns `true` if a server is refused because its certificate is one of an authority.
pub(super) fn is_of_authority(error: &CertificateError) -> bool {
    error.to_string().contains("CaUsedAsEndEntity")
}

fn timestamp(time: UnixTime) -> Option<Timestamp> {
    let seconds = i64::try_from(time.as_secs()).ok()?;
    Timestamp::from_second(seconds).ok()
}

/// Takes a name out of what the verifier says of it: `DnsName("a.example")`.
fn bare_name(text: &str) -> String {
    let bare = text
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .unwrap_or(text);
    clean(bare.trim_matches('"'), 80)
}

/// Finds a failure of TLS among the causes of an error. `shown` says whether this client has a certificate
/// to show.
///
/// An error of input and output does not name as its cause what it wraps.
pub(in crate::registry) fn found_in(
    error: &(dyn Error + 'static),
    shown: bool,
) -> Option<TlsProblem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(TlsProblem::of(found, shown));
        }
        if let Some(wrapper) = error.downcast_ref::<io::Error>() {
            // HTTP/2 hands on no more than the text.
            if let Some(problem) = of_text(&wrapper.to_string(), shown) {
                return Some(problem);
            }
            if let Some(inner) = wrapper.get_ref() {
                next = Some(inner);
                continue;
            }
        }
        next = error.source();
    }
    None
}

fn of_text(text: &str, shown: bool) -> Option<TlsProblem> {
    use AlertDescription as Alert;

    let name = text.strip_prefix("received fatal alert: ")?;
    let alerts = [
        Alert::CertificateRequired,
        Alert::BadCertificate,
        Alert::UnsupportedCertificate,
        Alert::CertificateRevoked,
        Alert::CertificateExpired,
        Alert::CertificateUnknown,
        Alert::UnknownCA,
        Alert::AccessDenied,
    ];
    let alert = alerts
        .into_iter()
        .find(|alert| name == format!("{alert:?}"))?;
    Some(TlsProblem::of(&rustls::Error::AlertReceived(alert), shown))
}

/// Reads what servers answer in HTTP when TLS is not as they want it.
pub(in crate::registry) fn of_answer(
    url: &Url,
    status: StatusCode,
    body: &[u8],
) -> Option<TlsProblem> {
    if status != StatusCode::BAD_REQUEST {
        return None;
    }
    // In the words of nginx, Go's net/http and Apache.
    let phrases = match url.scheme() {
        "http" => &[
            (
                "plain HTTP request was sent to HTTPS port",
                TlsProblem::TlsWanted,
            ),
            (
                "Client sent an HTTP request to an HTTPS server",
                TlsProblem::TlsWanted,
            ),
            (
                "speaking plain HTTP to an SSL-enabled server port",
                TlsProblem::TlsWanted,
            ),
        ][..],
        _ => &[
            (
                "No required SSL certificate was sent",
                TlsProblem::IdentityWanted,
            ),
            ("The SSL certificate error", TlsProblem::IdentityRefused),
        ],
    };
    let text = String::from_utf8_lossy(body);
    let found = phrases.iter().find(|(phrase, _)| text.contains(phrase));
    found.map(|(_, problem)| problem.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_about_a_certificate_only_where_one_was_shown() {
        use AlertDescription as Alert;

        for (alert, unshown) in [
            (Alert::BadCertificate, TlsProblem::IdentityWanted),
            (Alert::UnknownCA, TlsProblem::IdentityWanted),
            (
                Alert::AccessDenied,
                TlsProblem::Other {
                    reason: "received fatal alert: AccessDenied".into(),
                },
            ),
        ] {
            let error = rustls::Error::AlertReceived(alert);
            assert_eq!(TlsProblem::of(&error, true), TlsProblem::IdentityRefused);
            assert_eq!(TlsProblem::of(&error, false), unshown);
            let text = error.to_string();
            assert_eq!(of_text(&text, false), Some(unshown), "{text}");
        }
        let required = rustls::Error::AlertReceived(Alert::CertificateRequired);
        assert_eq!(TlsProblem::of(&required, true), TlsProblem::IdentityWanted);
    }
}
