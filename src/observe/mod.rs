//! Events of a run, sent while it happens.
//!
//! The library prints nothing. To show progress or keep a log, give the registry client an [`Observer`]. It
//! receives an [`Event`] for every request, every wait and every fallback. A [`Recorder`] computes
//! [`Statistics`] and a [`Timeline`] from them. Events contain no credentials, tokens, headers or URL queries.
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

mod event;
mod observer;
mod recorder;
mod request;
mod statistics;
mod timeline;

#[cfg(test)]
pub(crate) mod sample;

pub use event::Event;
pub use observer::{NoObserver, Observer, Observers};
pub use recorder::Recorder;
pub use request::{RequestInfo, RequestKind};
pub use statistics::{CacheUse, Statistics, Traffic, Waits};
pub use timeline::{RequestOutcome, TimedRequest, TimedWait, Timeline};
