use std::time::Duration;

use crate::image::Digest;
use crate::registry::auth::CredentialError;
use crate::registry::proxies::ProxyFailure;
use crate::registry::tls::TlsProblem;

/// The kind of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The network is not allowed.
    Offline,
    /// There was no response.
    Unreachable {
        /// The network error.
        reason: String,
    },
    /// There was no response in time.
    Timeout,
    /// The total time of all requests is over.
    Deadline {
        /// The time limit.
        length: Duration,
    },
    /// The host accepts so few requests that its queue cannot finish before the deadline.
    TooSlow {
        /// The time that the requests need at least.
        needed: Duration,
        /// The time that is left.
        left: Duration,
        /// The total time limit.
        length: Duration,
    },
    /// TLS failed: the registry's certificate, the client certificate, or the protocol.
    Tls(TlsProblem),
    /// The proxy did not connect to the host.
    Proxy {
        /// The proxy's host and port.
        proxy: String,
        /// Where the proxy is set.
        source: String,
        /// The proxy's error.
        failure: ProxyFailure,
    },
    /// The credentials were rejected, or some are required.
    Denied {
        /// The source of the rejected credentials.
        source: Option<String>,
    },
    /// The repository does not exist.
    RepositoryNotFound,
    /// The tag or digest does not exist.
    ManifestNotFound,
    /// The registry limits requests, and the time to wait is used up.
    RateLimited {
        /// The requested time to wait, if there is one.
        wait: Option<Duration>,
        /// Whether the limit is a quota, which is not restored within seconds.
        quota: bool,
    },
    /// The registry does not support the request.
    Unsupported,
    /// The registry returned an error.
    Failed,
    /// The response is invalid.
    Invalid {
        /// The reason.
        reason: String,
    },
    /// The content does not match its digest.
    DigestMismatch {
        /// The announced digest.
        announced: Digest,
        /// The digest of the content.
        actual: Digest,
    },
    /// The manifest uses Docker's signed schema 1: its digest excludes the signatures, and identifies
    /// nothing.
    Schema1,
    /// The response exceeds its size limit.
    TooLarge {
        /// The size limit in bytes.
        limit: usize,
    },
    /// The response does not fit into the memory limit for all responses of a run.
    MemoryLimit {
        /// The memory limit in bytes.
        limit: usize,
    },
    /// The pagination points to another host, loops, or never ends.
    Pagination {
        /// The reason.
        reason: String,
    },
    /// The user's settings block the registry.
    Blocked {
        /// The settings that block it.
        by: String,
    },
    /// A mirror file of another tool cannot be read.
    UnknownMirrors {
        /// The file, and the reason.
        reason: String,
    },
    /// An unsafe token server or redirect target.
    UnsafeRealm {
        /// The reason.
        reason: String,
    },
    /// The token server is on a host that is not known to belong to the registry, so it does not receive the
    /// credentials.
    ForeignRealm {
        /// The host of the token server, with its port if it is not the default port.
        realm: String,
        /// The source of the credentials that were not sent.
        source: String,
    },
    /// Credentials that cannot be used.
    Credentials(CredentialError),
    /// The HTTP client cannot be created.
    Transport {
        /// The reason.
        reason: String,
    },
}
