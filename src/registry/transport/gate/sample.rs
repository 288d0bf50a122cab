//! Gates for tests.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::guard::Gate;
use super::pass::Pass;
use super::terms::Terms;
use crate::registry::trouble::Trouble;

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn wide(concurrency: usize) -> Gate {
    Gate::new(Terms::usual(concurrency))
}

pub(super) async fn enter(gate: &Gate) -> Result<Pass<'_>, Trouble> {
    gate.enter(false, &mut (60 * SECOND), &|_, _| {}).await
}

/// Lets as many in as there is room for.
pub(super) fn fill(gate: &Gate) -> Vec<Pass<'_>> {
    let mut inside = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(pass) = std::pin::pin!(enter(gate)).as_mut().poll(&mut context) {
        inside.push(pass.unwrap());
    }
    inside
}
