//! Limiters for tests.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::host_limiter::HostLimiter;
use super::host_limits::HostLimits;
use super::permit::Permit;
use super::queue::LimiterEntry;
use crate::registry::request_error::RequestError;

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A request as any other.
pub(super) const LINE: LimiterEntry = LimiterEntry {
    is_pull: false,
    is_optional: false,
    is_first: false,
};

pub(super) fn wide(concurrency: usize) -> HostLimiter {
    HostLimiter::new(HostLimits::usual(concurrency))
}

pub(super) async fn enter(limiter: &HostLimiter) -> Result<Permit<'_>, RequestError> {
    let pass = limiter.enter(LINE, &mut (60 * SECOND), &|_, _| {}).await;
    pass.map(Permit::starting)
}

/// Lets as many in as there is room for.
pub(super) fn fill(limiter: &HostLimiter) -> Vec<Permit<'_>> {
    let mut inside = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(pass) = std::pin::pin!(enter(limiter)).as_mut().poll(&mut context) {
        inside.push(pass.unwrap());
    }
    inside
}
