//! What a run is doing, told while it does it.
//!
//! The library prints nothing. Whoever wants to show progress or keep a log gives the registry
//! client an [`Observer`] and gets an [`Event`] for every request, every wait and every change of
//! mind. A [`Recorder`] makes [`Statistics`] and a [`Timeline`] of them. No event holds a credential, a
//! token, a header or the query of a URL.
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
