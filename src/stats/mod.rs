//! The cost of a run: requests, bytes, waits and time, as a JSON document and as an HTML page.
//!
//! [`Stats`] is the JSON contract `imagelock.stats/v1` ([`SCHEMA`]). [`timings`] creates an HTML page that needs
//! no server and no other file. Both depend only on the events of a [`Recorder`](crate::observe::Recorder) and
//! on the time of the run.
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
