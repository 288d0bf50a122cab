//! What a run cost: requests, bytes, waits and time, as a document for programs and as a page to look at.
//!
//! [`Stats`] is the JSON contract `imagelock.stats/v1` ([`SCHEMA`]). [`timings`] makes a page of HTML that needs
//! nothing else: no server, no other file. Both are functions of what a
//! [`Recorder`](crate::observe::Recorder) recorded and of the time that the run took.
//!
//! ```
//! use imagelock::stats::{Cost, RunInfo, Stats, timings};
//! use imagelock::observe::{Statistics, Timeline};
//! use std::time::Duration;
//!
//! let run = RunInfo {
//!     command: "lock".into(),
//!     exit_code: 0,
//!     cost: Cost {
//!         wall: Duration::from_millis(12),
//!         ..Cost::default()
//!     },
//! };
//! let stats = Stats::new(&run, &Statistics::default());
//! assert_eq!(stats.total.requests, 0);
//! let page = timings(&run, &Statistics::default(), &Timeline::default());
//! assert!(page.starts_with("<!doctype html>"));
//! ```

mod document;
mod run;
mod timings;

pub use document::{
    CacheStats, HostStats, SCHEMA, Stats, StatsContract, TimeStats, TrafficStats, WaitStats,
};
pub use run::{Cost, RunInfo};
pub use timings::timings;
