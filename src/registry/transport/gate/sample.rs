//! Gates for tests.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::guard::Gate;
use super::line::Entry;
use super::pass::Pass;
use super::terms::Terms;
use crate::registry::trouble::Trouble;

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A request as any other.
pub(super) const LINE: Entry = Entry {
    is_pull: false,
    is_optional: false,
    is_first: false,
};

pub(super) fn wide(concurrency: usize) -> Gate {
    Gate::new(Terms::usual(concurrency))
}

pub(super) async fn enter(gate: &Gate) -> Result<Pass<'_>, Trouble> {
    let pass = gate.enter(LINE, &mut (60 * SECOND), &|_, _| {}).await;
    pass.map(Pass::starting)
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
