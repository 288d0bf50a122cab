//! Runs that are killed at a call.

use super::cases::{Case, Point};
use super::launcher::{Fault, Launcher};
use super::project::ensure;
use super::sweep::{Tally, spread, sweep};

/// Calls that change something; a kill at any other is one right after the last of these.
pub(super) const CHANGES: [&str; 10] = [
    "create",
    "write",
    "chmod",
    "fsync",
    "rename",
    "link",
    "unlink",
    "mkdir",
    "flock",
    "ftruncate",
];

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_one_ends_its_work() {
    sweep(
        |wanted| wanted,
        |launcher, case, count| {
            let points = case.points(launcher);
            let telling = telling(&points);
            let mut tally = Tally::default();
            // A third of them anywhere, the rest where something changes.
            let anywhere = spread(&points, count / 3);
            let changes = spread(&telling, count - count / 3).copied();
            for point in anywhere.chain(changes) {
                let what = format!("killed at {} ({:?})", point.number, point.call);
                tally.note(&what, kill(launcher, case, point));
            }
            tally
        },
    );
}

/// Returns the points at which something changes, or has just changed.
fn telling(points: &[Point]) -> Vec<&Point> {
    let changes = |point: &Point| CHANGES.contains(&point.call.name.as_str());
    let before = std::iter::once(false).chain(points.iter().map(changes));
    let both = points.iter().zip(before);
    both.filter(|(point, has_changed)| *has_changed || changes(point))
        .map(|(point, _)| point)
        .collect()
}

fn kill(launcher: &Launcher, case: &Case, point: &Point) -> Result<bool, String> {
    let sandbox = case.project(point.has_litter);
    let ended = launcher.run(&sandbox, &case.arguments, Fault::Kill(point.number));
    if ended.hit.is_none() {
        return Ok(false);
    }
    ensure(ended.code == 137, || {
        format!("it was not killed: {ended:?}")
    })?;
    case.change().check_whole(&sandbox, false)?;
    case.run_again(&sandbox, &ended)?;
    Ok(true)
}
