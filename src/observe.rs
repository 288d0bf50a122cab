//! What a run is doing, told while it does it.
//!
//! The library prints nothing. Whoever wants to show progress or keep a log gives the registry
//! client an [`Observer`] and gets an [`Event`] for every request, every wait and every change of
//! mind. No event holds a credential, a token, a header or the query of a URL.
//!
//! ```
//! use imagelock::observe::{Event, Observer};
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! #[derive(Default)]
//! struct Counter(AtomicUsize);
//!
//! impl Observer for Counter {
//!     fn on_event(&self, event: &Event) {
//!         if matches!(event, Event::RequestStarted { .. }) {
//!             self.0.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//! }
//! # Counter::default().on_event(&Event::BundledRoots);
//! ```

use std::path::PathBuf;
use std::time::Duration;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request goes out.
    RequestStarted {
        /// The registry as configs name it, or the host of a token realm or a redirect.
        host: String,
        /// The HTTP method.
        method: &'static str,
        /// The path, without the query.
        path: String,
    },
    /// An answer came, whatever its status.
    RequestFinished {
        /// The registry as configs name it, or the host of a token realm or a redirect.
        host: String,
        /// The HTTP method.
        method: &'static str,
        /// The path, without the query.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The time from the request to the last byte.
        elapsed: Duration,
    },
    /// No answer came.
    RequestFailed {
        /// The registry as configs name it, or the host of a token realm or a redirect.
        host: String,
        /// The HTTP method.
        method: &'static str,
        /// The path, without the query.
        path: String,
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
    /// Any certificate of a registry is believed, as its settings say: whoever is on the way can read and
    /// change all.
    Unverified {
        /// The registry.
        host: String,
    },
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
            Self::RequestStarted { host, path, .. } | Self::RequestFinished { host, path, .. } => {
                vec![host, path]
            }
            Self::RequestFailed {
                host, path, reason, ..
            } => vec![host, path, reason],
            Self::Waiting { host, why, .. } => vec![host, why],
            Self::ForeignRealm { realm, .. } => vec![realm],
            Self::MirrorPassed { reason, .. } => vec![reason],
            Self::Anonymous { .. }
            | Self::NextCredential { .. }
            | Self::Unverified { .. }
            | Self::CacheFailed { .. }
            | Self::BundledRoots => Vec::new(),
        };
        for text in texts {
            *text = change(text);
        }
        event
    }
}

/// Someone who is told what happens.
///
/// Events come from several tasks at once, and the task that reports one waits for the return.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn on_event(&self, event: &Event);
}

/// An observer that takes no note of anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn on_event(&self, _event: &Event) {}
}
