use std::time::Duration;

use crate::image::Digest;
use crate::registry::auth::CredentialError;
use crate::registry::proxies::ProxyFailure;
use crate::registry::tls::TlsProblem;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The network may not be used.
    Offline,
    /// No answer came at all.
    Unreachable {
        /// What the network said.
        reason: String,
    },
    /// No answer came in time.
    Timeout,
    /// The time of all requests together is over.
    Deadline {
        /// How long it was.
        length: Duration,
    },
    /// The host takes so few requests that those that wait for it cannot end before the deadline.
    TooSlow {
        /// How much time they need at least.
        needed: Duration,
        /// How much is left.
        left: Duration,
        /// How long the deadline was from the beginning.
        length: Duration,
    },
    /// TLS failed: the certificate, that of this client, or the protocol.
    Tls(TlsProblem),
    /// The proxy did not lead to the host.
    Proxy {
        /// The proxy's host and port.
        proxy: String,
        /// Where the proxy is named.
        source: String,
        /// What it did instead.
        failure: ProxyFailure,
    },
    /// The credentials were refused, or some are needed.
    Denied {
        /// Where the refused credentials came from.
        source: Option<String>,
    },
    /// The repository does not exist.
    RepositoryNotFound,
    /// The tag or digest does not exist.
    ManifestNotFound,
    /// The registry asks for more patience than there is.
    RateLimited {
        /// How long it asks to wait, where it says so.
        wait: Option<Duration>,
        /// Whether it is a quota, which waiting for seconds does not refill.
        quota: bool,
    },
    /// The registry does not offer what was asked for.
    Unsupported,
    /// The registry answered with an error of its own.
    Failed,
    /// The answer makes no sense.
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A body does not hash to the digest it was announced with.
    DigestMismatch {
        /// What was announced.
        announced: Digest,
        /// What the body hashes to.
        actual: Digest,
    },
    /// The manifest is of Docker's schema 1 and signed: its digest leaves the signatures out, and pins nothing.
    Schema1,
    /// The answer is larger than its cap.
    TooLarge {
        /// The cap, in bytes.
        limit: usize,
    },
    /// It does not fit into the memory that all answers of a run may take.
    MemoryLimit {
        /// How much that is, in bytes.
        limit: usize,
    },
    /// Paging leads away, in a circle or on for ever.
    Pagination {
        /// Where it leads.
        reason: String,
    },
    /// The user's settings forbid to ask the registry.
    Blocked {
        /// Whose settings.
        by: String,
    },
    /// A file of another tool that says where to ask cannot be read.
    UnknownMirrors {
        /// Which one, and why not.
        reason: String,
    },
    /// A token realm or redirect that must not be followed.
    UnsafeRealm {
        /// Why not.
        reason: String,
    },
    /// The tokens come from a host that is not known to belong to the registry, and that does not get
    /// its credentials therefore.
    ForeignRealm {
        /// The realm's host, with its port where it is not the usual one.
        realm: String,
        /// Where the credentials came from that were not sent.
        source: String,
    },
    /// Credentials that cannot be used.
    Credentials(CredentialError),
    /// The HTTP client cannot be set up.
    Transport {
        /// Why not.
        reason: String,
    },
}
