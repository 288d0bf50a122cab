//! How many calls go wrong, and which.

use std::thread;

use super::cases::{Case, cases};
use super::launcher::Launcher;

/// What became of the runs of one command.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) runs: usize,
    /// How many of them really went wrong.
    pub(super) hits: usize,
    /// What is not as it should be, a text for each run.
    pub(super) problems: Vec<String>,
}

impl Tally {
    /// Counts a run; its outcome says whether it went wrong, or what is not as it should be.
    pub(super) fn note(&mut self, what: &str, outcome: Result<bool, String>) {
        self.runs += 1;
        match outcome {
            Ok(is_hit) => self.hits += usize::from(is_hit),
            Err(problem) => self.problems.push(format!("{what}: {problem}")),
        }
    }

    /// Says how many went wrong; `cargo test -- --nocapture` shows it.
    #[expect(clippy::print_stdout, reason = "the harness takes it")]
    fn tell(&self, name: &str) {
        println!("{name}: {} of {} runs went wrong", self.hits, self.runs);
    }
}

/// Returns how many runs are to go wrong in each of the two ways.
fn wanted() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one who runs the tests says how much"
    )]
    let wanted = std::env::var("IMAGELOCK_FAULTS");
    wanted.map_or(50, |text| {
        text.parse().expect("IMAGELOCK_FAULTS is a number")
    })
}

/// Goes over all commands at once, each with its share of the runs that are to go wrong.
///
/// It fails for every problem, and where fewer than nine runs of ten really went wrong.
pub(super) fn sweep(
    part: fn(usize) -> usize,
    run: impl Fn(&Launcher, &Case, usize) -> Tally + Sync,
) {
    let Some(launcher) = Launcher::get() else {
        return;
    };
    let cases = cases();
    let share = part(wanted()).div_ceil(cases.len());
    let run = &run;
    let tallies = thread::scope(|scope| {
        let threads: Vec<_> = cases
            .iter()
            .map(|case| scope.spawn(move || (case.name, run(launcher, case, share))))
            .collect();
        let tallies = threads.into_iter().map(|thread| thread.join().unwrap());
        tallies.collect::<Vec<_>>()
    });
    let mut problems = Vec::new();
    for (name, tally) in tallies {
        tally.tell(name);
        let went_wrong = tally.hits + tally.problems.len();
        if tally.runs < share || went_wrong * 10 < tally.runs * 9 {
            problems.push(format!("{name}: too few went wrong"));
        }
        problems.extend(
            tally
                .problems
                .iter()
                .map(|problem| format!("{name}, {problem}")),
        );
    }
    assert!(
        problems.is_empty(),
        "{}: {}",
        problems.len(),
        problems.join("\n\n")
    );
}

/// Picks so many, evenly; more than once where there are too few.
pub(super) fn spread<T>(all: &[T], count: usize) -> impl Iterator<Item = &T> {
    (0..count).map(move |index| &all[(2 * index + 1) * all.len() / (2 * count)])
}

#[test]
fn what_is_picked_is_spread_from_end_to_end() {
    let all: Vec<usize> = (0..10).collect();
    let picked = |count| spread(&all, count).copied().collect::<Vec<_>>();
    assert_eq!(picked(5), [1, 3, 5, 7, 9]);
    assert_eq!(picked(10), all);
    assert_eq!(picked(20).len(), 20);
}
