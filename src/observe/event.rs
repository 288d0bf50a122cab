use std::path::PathBuf;
use std::time::Duration;

use super::RequestInfo;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request goes out.
    RequestStarted {
        /// The request.
        request: RequestInfo,
    },
    /// An answer came, whatever its status.
    RequestFinished {
        /// The request.
        request: RequestInfo,
        /// The HTTP status.
        status: u16,
        /// The protocol of the answer: `HTTP/1.1` or `HTTP/2.0`.
        version: &'static str,
        /// The length of the body as it was read: unpacked, and cut where an answer is too long.
        received_bytes: u64,
        /// The time from the request to the last byte.
        elapsed: Duration,
    },
    /// No answer came, or nobody waits for it any more.
    RequestFailed {
        /// The request.
        request: RequestInfo,
        /// What went wrong.
        reason: String,
        /// The time from the request to the failure.
        elapsed: Duration,
    },
    /// Nothing is asked of a host for a while.
    Waiting {
        /// The registry as configs name it, or the host of a token realm or a redirect.
        host: String,
        /// How long.
        duration: Duration,
        /// What for.
        why: String,
    },
    /// A registry refused the credentials, and is asked again without any.
    Anonymous {
        /// The registry.
        host: String,
        /// Where the refused credentials came from.
        source: String,
    },
    /// A registry refused the credentials, and is asked again with others.
    NextCredential {
        /// The registry.
        host: String,
        /// Where the refused credentials came from.
        source: String,
        /// Where the others come from.
        next: String,
    },
    /// A registry's tokens come from a host that is not known to belong to it, so that it is asked
    /// without the credentials.
    ForeignRealm {
        /// The registry.
        host: String,
        /// Where the credentials came from that are not sent.
        source: String,
        /// The host that the tokens come from.
        realm: String,
    },
    /// A mirror was of no use, so that the next place is asked.
    MirrorPassed {
        /// The mirror: its host, and the path below it.
        mirror: String,
        /// The registry that it stands for.
        registry: String,
        /// The repository's path in that registry.
        path: String,
        /// Why.
        reason: String,
        /// Whether it sent other content than it was asked for.
        is_wrong: bool,
    },
    /// A registry's own interface, which tells of many tags at once, was of no use, so that the ordinary way
    /// is taken. It is told once for each registry.
    InventoryPassed {
        /// The registry.
        registry: String,
        /// Why, as a sentence that begins with "it".
        reason: String,
    },
    /// Any certificate of a registry is believed, as its settings say: whoever is on the way can read and
    /// change all.
    Unverified {
        /// The registry.
        host: String,
    },
    /// The content cache had what was needed, so that no registry was asked.
    CacheHit {
        /// How long it is.
        bytes: u64,
    },
    /// The content cache did not have what was needed.
    CacheMiss,
    /// The content cache cannot be written, so nothing more is kept in this run.
    CacheFailed {
        /// The cache's folder.
        folder: PathBuf,
        /// What the system says.
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
