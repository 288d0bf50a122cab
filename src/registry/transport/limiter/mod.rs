//! How much is asked of one host at once, how fast, and how much in all.
//!
//! A gate stands before each host. Its window says how many requests are under way at once: it starts
//! modest, grows while answers come quickly, and is halved when the host has too much. Its pace keeps the
//! rate that a refusal showed, and its budget what the host says is left. Requests stand in one line; those
//! that others wait for, such as for a token, go first.

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
