//! The page of a run's requests: a bar each, by host, over time.

mod data;
mod escape;
mod page;
mod tables;

pub use page::timings;
