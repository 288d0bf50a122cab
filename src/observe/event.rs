use std::path::PathBuf;
use std::time::Duration;

use super::RequestInfo;

/// An event of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request was sent.
    RequestStarted {
        /// The request.
        request: RequestInfo,
    },
    /// A response arrived, with any status.
    RequestFinished {
        /// The request.
        request: RequestInfo,
        /// The HTTP status.
        status: u16,
        /// The protocol of the response: `HTTP/1.1` or `HTTP/2.0`.
        version: &'static str,
        /// The size of the body as read: uncompressed, and cut if a response is too long.
        received_bytes: u64,
        /// The time from the request to the last byte.
        elapsed: Duration,
    },
    /// No response arrived, or nothing waits for it any more.
    RequestFailed {
        /// The request.
        request: RequestInfo,
        /// The error.
        reason: String,
        /// The time from the request to the failure.
        elapsed: Duration,
    },
    /// No requests are sent to a host for a while.
    Waiting {
        /// The registry as named in configs, or the host of a token server or a redirect.
        host: String,
        /// The length of the wait.
        duration: Duration,
        /// The reason.
        why: String,
    },
    /// A registry rejected the credentials, and receives the request again without any.
    Anonymous {
        /// The registry.
        host: String,
        /// The source of the rejected credentials.
        source: String,
    },
    /// A registry rejected the credentials, and receives the request again with others.
    NextCredential {
        /// The registry.
        host: String,
        /// The source of the rejected credentials.
        source: String,
        /// The source of the other credentials.
        next: String,
    },
    /// The token server is on a host that is not known to belong to the registry, so it does not receive the
    /// credentials.
    ForeignRealm {
        /// The registry.
        host: String,
        /// The source of the credentials that are not sent.
        source: String,
        /// The host of the token server.
        realm: String,
    },
    /// A mirror was skipped, and the next host is used.
    MirrorPassed {
        /// The mirror: its host, and the path below it.
        mirror: String,
        /// The registry that it mirrors.
        registry: String,
        /// The repository's path in that registry.
        path: String,
        /// The reason.
        reason: String,
        /// Whether its content did not match the requested digest.
        is_wrong: bool,
    },
    /// A registry-specific API was skipped, and the standard API is used. The event is sent once per
    /// registry.
    InventoryPassed {
        /// The registry.
        registry: String,
        /// The reason, as a sentence that begins with "it".
        reason: String,
    },
    /// Certificate verification is disabled for a registry by its settings: anyone on the network path can
    /// read and change the traffic.
    Unverified {
        /// The registry.
        host: String,
    },
    /// The content cache had the content, so no request was sent.
    CacheHit {
        /// The size of the content.
        bytes: u64,
    },
    /// The content cache did not have the content.
    CacheMiss,
    /// The content cache cannot be written, so nothing more is cached in this run.
    CacheFailed {
        /// The cache's directory.
        folder: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The platform has no certificate authorities, so the bundled ones are used.
    BundledRoots,
}

impl Event {
    /// Returns the event with every text that a server may have had a hand in changed.
    pub(crate) fn with_texts(&self, change: &dyn Fn(&str) -> String) -> Self {
        let mut event = self.clone();
        let texts: Vec<&mut String> = match &mut event {
            Self::RequestStarted { request } | Self::RequestFinished { request, .. } => {
                vec![&mut request.host, &mut request.path]
            }
            Self::RequestFailed {
                request, reason, ..
            } => vec![&mut request.host, &mut request.path, reason],
            Self::Waiting { host, why, .. } => vec![host, why],
            Self::ForeignRealm { realm, .. } => vec![realm],
            Self::MirrorPassed { reason, .. } | Self::InventoryPassed { reason, .. } => {
                vec![reason]
            }
            Self::Anonymous { .. }
            | Self::NextCredential { .. }
            | Self::Unverified { .. }
            | Self::CacheHit { .. }
            | Self::CacheMiss
            | Self::CacheFailed { .. }
            | Self::BundledRoots => Vec::new(),
        };
        for text in texts {
            *text = change(text);
        }
        event
    }
}
