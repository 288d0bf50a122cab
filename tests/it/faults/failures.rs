//! Calls that fail, one in a run.

use std::path::Path;

use rustix::io::Errno;

use super::cases::{Case, Point};
use super::launcher::{Call, Fault, Launcher};
use super::project::{STATE, ensure, files_of, is_temporary};
use super::sweep::{Tally, spread, sweep};

#[test]
fn a_failed_call_leaves_whole_files_and_is_told_with_its_file_and_reason() {
    // The others are full disks.
    sweep(
        |wanted| wanted * 2 / 3,
        |launcher, case, count| {
            let points = case.points(launcher);
            let all: Vec<(&Point, Errno)> = points
                .iter()
                .flat_map(|point| errors(point).iter().map(move |error| (point, *error)))
                .collect();
            let writing: Vec<_> = all
                .iter()
                .filter(|(point, _)| super::kills::CHANGES.contains(&point.call.name.as_str()))
                .copied()
                .collect();
            let mut tally = Tally::default();
            let anywhere = spread(&all, count / 3);
            for (point, error) in anywhere.chain(spread(&writing, count - count / 3)) {
                let what = format!("{error:?} at {} ({:?})", point.number, point.call);
                tally.note(&what, fail(launcher, case, point, *error));
            }
            tally
        },
    );
}

/// What a call may fail with.
fn errors(point: &Point) -> &'static [Errno] {
    match point.call.name.as_str() {
        "create" | "mkdir" => &[
            Errno::NOSPC,
            Errno::DQUOT,
            Errno::ROFS,
            Errno::IO,
            Errno::ACCESS,
            Errno::MFILE,
            Errno::INTR,
        ],
        "write" | "fsync" | "ftruncate" => &[Errno::NOSPC, Errno::IO, Errno::DQUOT, Errno::INTR],
        "rename" | "link" => &[
            Errno::NOSPC,
            Errno::IO,
            Errno::DQUOT,
            Errno::ROFS,
            Errno::ACCESS,
        ],
        "chmod" => &[Errno::PERM, Errno::ROFS, Errno::IO],
        "unlink" => &[Errno::ROFS, Errno::IO, Errno::ACCESS],
        "flock" => &[Errno::INTR, Errno::NOLCK, Errno::IO, Errno::OPNOTSUPP],
        // A signal does not interrupt the opening of a folder.
        "open" if point.call.path.extension().is_none() => {
            &[Errno::IO, Errno::ACCESS, Errno::MFILE]
        }
        "open" => &[Errno::IO, Errno::ACCESS, Errno::MFILE, Errno::INTR],
        "read" => &[Errno::IO, Errno::INTR],
        _ => &[Errno::IO, Errno::ACCESS],
    }
}

fn fail(launcher: &Launcher, case: &Case, point: &Point, error: Errno) -> Result<bool, String> {
    let sandbox = case.project(point.has_litter);
    let number = error.raw_os_error();
    let ended = launcher.run(&sandbox, &case.arguments, Fault::Fail(point.number, number));
    let Some(hit) = ended.hit.clone().filter(|hit| hit.name == point.call.name) else {
        return Ok(false);
    };
    let told = |what: String| format!("{what}: exit code {}, {}", ended.code, ended.stderr);
    // What the old permissions are is not known, or they are not to be had for the new file.
    let is_loose = ["chmod", "stat"].contains(&hit.name.as_str());
    let left = case
        .change()
        .check_whole(&sandbox, is_loose)
        .map_err(&told)?;
    let new = Case::new_litter(&left);
    ensure(new.is_empty() || hit.name == "unlink", || {
        told(format!("{new:?} is left"))
    })?;
    // A run that ends early may not have come to what earlier ones left.
    let is_tidy = left.is_empty() || ended.code != 0 || is_cleaning(&hit);
    ensure(is_tidy, || told(format!("{left:?} stays")))?;
    ensure(!ended.stderr.contains("panicked"), || {
        told("it panics".into())
    })?;
    // Of the state nobody but the program reads.
    let is_private = files_of(&sandbox.path())
        .iter()
        .any(|(path, file)| path != STATE && !is_temporary(path) && file.mode == 0o600);
    ensure(!is_private || ended.stderr.contains("permissions"), || {
        told("not told".into())
    })?;
    match ended.code {
        0 => case.change().check_done(&sandbox).map_err(told)?,
        2 => names_file_and_reason(case, &ended.stderr, &hit, number)?,
        _ => return Err(told("it ends badly".into())),
    }
    // A call that a signal interrupts is made again.
    ensure(ended.code == 0 || error != Errno::INTR, || {
        told("it gives up".into())
    })?;
    Ok(true)
}

/// Says whether a call has to do with what is left of runs, and no more.
fn is_cleaning(hit: &Call) -> bool {
    ["unlink", "list", "open", "flock", "stat"].contains(&hit.name.as_str())
}

/// Holds a message to the file that the call was about, and to what the system said.
fn names_file_and_reason(case: &Case, text: &str, hit: &Call, error: i32) -> Result<(), String> {
    let name = of_whom(&hit.path);
    // Folders are looked at for the files in them.
    let is_folder = !case.names_a_file(&name);
    // Parts are looked for in a folder, and it is told as it was named.
    let is_shown = text.contains(&name) || text.contains(" in .: ");
    let is_named = is_shown || (is_folder && case.names_a_file(text));
    let is_told = text.contains(&format!("(os error {error})"));
    ensure(is_named && is_told, || {
        format!("a message without {name} or error {error}: {text}")
    })
}

/// Returns the name of the file that is to be written, for that of a temporary one.
fn of_whom(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name
        .strip_prefix('.')
        .and_then(|name| name.split_once(".imagelock."))
    {
        Some((file, _)) => file.into(),
        None => name.into(),
    }
}
