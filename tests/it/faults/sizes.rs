//! Disks with room for a few bytes more, and no others.

use super::cases::Case;
use super::launcher::{Fault, Launcher};
use super::project::ensure;
use super::sweep::{Tally, spread, sweep};

/// What the state may differ in length from run to run, by the fractions of its times.
const LEEWAY: usize = 200;

#[test]
fn a_short_write_leaves_whole_files_and_is_told() {
    // A third of what fails; the other test has the rest.
    sweep(
        |wanted| wanted.div_ceil(3),
        |launcher, case, count| {
            let size = case.after[case.target].bytes.len();
            let sizes: Vec<usize> = (0..size).collect();
            let mut tally = Tally::default();
            for (index, bytes) in spread(&sizes, count).enumerate() {
                let has_litter = index % 2 == 1;
                // Every third dies of it.
                let fault = if index % 3 == 2 {
                    Fault::SizeOrDeath(*bytes)
                } else {
                    Fault::Size(*bytes)
                };
                tally.note(&fault.to_string(), write(launcher, case, has_litter, fault));
            }
            tally
        },
    );
}

#[test]
fn a_limit_that_is_large_enough_is_none() {
    sweep(
        |_| 0,
        |launcher, case, _| {
            let largest = case.after.values().map(|file| file.bytes.len()).max();
            let fault = Fault::Size(largest.unwrap_or_default() + LEEWAY);
            let sandbox = case.project(true);
            let ended = launcher.run(&sandbox, &case.arguments, fault);
            let mut tally = Tally::default();
            let outcome = ensure(ended.code == 0, || ended.stderr);
            let outcome = outcome.and_then(|()| case.change().check_done(&sandbox));
            tally.note("with room", outcome.map(|()| true));
            tally
        },
    );
}

fn write(launcher: &Launcher, case: &Case, has_litter: bool, fault: Fault) -> Result<bool, String> {
    let sandbox = case.project(has_litter);
    let ended = launcher.run(&sandbox, &case.arguments, fault);
    let told = |what: String| format!("{what}: exit code {}, {}", ended.code, ended.stderr);
    let left = case.change().check_whole(&sandbox, false).map_err(&told)?;
    if matches!(fault, Fault::SizeOrDeath(_)) {
        // 25 is SIGXFSZ.
        ensure(ended.code == 128 + 25, || told("it does not die".into()))?;
        case.run_again(&sandbox, &ended)?;
        return Ok(true);
    }
    ensure(ended.code == 2, || told("it does not fail".into()))?;
    ensure(Case::new_litter(&left).is_empty(), || {
        told(format!("{left:?} is left"))
    })?;
    let is_told = ended.stderr.contains("cannot write") && ended.stderr.contains("(os error 27)");
    ensure(is_told, || told("no reason".into()))?;
    ensure(!ended.stderr.contains("panicked"), || {
        told("it panics".into())
    })?;
    Ok(true)
}
