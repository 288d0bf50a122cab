//! How many requests one host gets at once, how fast, and how many in all.
//!
//! Each host has a [`HostLimiter`]. Its `ConcurrencyWindow` limits the requests in flight: it starts small, grows while
//! responses come quickly, and is halved when the host has too many. Its `RateLimiter` keeps the rate that a refusal
//! showed, and its `Quota` the number that the host says is left. Requests wait in one queue. Those that others depend
//! on, such as for a token, go first.

mod headers;
mod host_limiter;
mod host_limits;
mod hosts;
mod permit;
mod queue;
mod quota;
mod rate;
#[cfg(test)]
mod sample;
mod semaphore;
mod window;

pub(in crate::registry) use headers::RateLimitHeaders;
pub(in crate::registry) use host_limiter::HostLimiter;
pub(in crate::registry) use host_limits::HostLimits;
pub(in crate::registry) use hosts::HostLimiters;
pub(in crate::registry) use permit::{Permit, PermitOutcome};
pub(in crate::registry) use queue::LimiterEntry;
