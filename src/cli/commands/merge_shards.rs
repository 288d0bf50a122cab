use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::before::Before;
use super::super::context::{Context, Stop};
use super::super::reports::{ReportArgs, Texts};
use super::super::settle::{Outcome, may_not_change, show, show_failures};
use super::check::{counted, images};
use crate::diff;
use crate::error::{Code, Diagnostic};
use crate::lock::{self, LockFile, ShardLock, Written};
use crate::report::{self, Report, Side, Sides};
use crate::resolve::{self, Failure};

/// The arguments of `merge-shards`.
#[derive(Debug, Args)]
pub struct MergeShardsArgs {
    /// Partial locks, or directories that contain them [default: those next to the lock].
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show what would change, without writing the lock.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

pub(in crate::cli) fn run(args: &MergeShardsArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let project = context.project()?;
    let path = project.file.path();
    let name = path.display().to_string();
    args.report.check(context)?;
    if !args.dry_run && !context.global.locked && !context.global.frozen {
        project.file.tidy();
    }
    let before = Before::read(&project.file, &name, true)?;
    let mut parts = Vec::new();
    for file in part_files(&args.paths, path, context)? {
        let shown = file.display().to_string();
        let part = LockFile::load(&file)?;
        let Some(text) = part.text() else {
            let message = format!("there is no {shown}");
            return Err(Diagnostic::new(Code::ShardMissing, message).into());
        };
        let part = ShardLock::read(&shown, text)?;
        parts.push((shown, part));
    }
    let old = project.file.text();
    let (after, failed) = lock::merge(&project.config, (old, &before.lock), &parts)?;
    let failures = failed.into_iter().map(|failed| {
        let mut diagnostic = Diagnostic::new(failed.code, failed.message);
        (diagnostic.notes, diagnostic.help) = (failed.notes, failed.help);
        Failure::new(&failed.name, diagnostic)
    });
    let failures: Vec<Failure> = failures.collect();
    let sides = Sides {
        lockfile: name.clone(),
        before: Side::Path(name.clone()),
        after: Side::WorkingTree(name.clone()),
    };
    let told = failures.iter().map(|failure| &failure.diagnostic);
    let told = told.map(report::Failure::of).collect();
    let changes = diff::compare(&before.lock, &after);
    let report = Report::new(&changes, sides, &BTreeMap::new(), told);
    let outcome = Outcome {
        before: &before,
        report: &report,
        warnings: &[],
        dry_run: args.dry_run || context.global.locked || context.global.frozen,
    };
    show(context, &outcome)?;
    show_failures(context, &failures)?;
    let text = lock::write(&after);
    let count = images(after.images.len());
    let kept = if failures.is_empty() {
        ""
    } else {
        "; what failed keeps its old pin"
    };
    if context.global.locked || context.global.frozen {
        if before.conflicts.is_some() || !changes.changes.is_empty() {
            return Err(may_not_change(&name));
        }
    } else if args.dry_run {
        let line = format!("{name} was not written (dry run)");
        context.terminal.status(&line)?;
    } else {
        let saved = before.save(&project.file, &after, &text)?;
        if let Some(warning) = &saved.warning {
            context.terminal.problem(warning)?;
        }
        let line = match saved.written {
            Written::Yes => {
                let from = counted(parts.len(), "part");
                format!("wrote {name} ({count}, from {from}){kept}")
            }
            Written::Unchanged if failures.is_empty() => format!("{name} is up to date ({count})"),
            Written::Unchanged => format!("{name} was not changed{kept}"),
        };
        context.terminal.status(&line)?;
    }
    args.report.deliver(
        context,
        &report,
        Texts {
            before: old.unwrap_or_default(),
            after: &text,
            path,
        },
    )?;
    match resolve::worst(&failures) {
        Some(class) => Err(Stop::Code(class.exit_code())),
        None => Ok(()),
    }
}

/// Returns the files that were named, and those in folders that are named like parts; sorted.
fn part_files(paths: &[PathBuf], lock: &Path, context: &Context<'_>) -> Result<Vec<PathBuf>, Stop> {
    let name = lock.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    if paths.is_empty() {
        let folder = lock
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        search(folder.unwrap_or(Path::new(".")), &name, false, &mut found)?;
    }
    for path in paths {
        let path = context.path(path);
        if path.is_dir() {
            search(&path, &name, true, &mut found)?;
        } else {
            found.push(path);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Looks for parts in a folder, and in the folders in it where artifacts may have been put.
fn search(folder: &Path, lock: &str, deep: bool, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let unreadable = |error| {
        let message = format!("cannot look for parts in {}: {error}", folder.display());
        Diagnostic::new(Code::Io, message)
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = match folder.to_str() {
            Some(".") => PathBuf::from(entry.file_name()),
            _ => entry.path(),
        };
        // A link to a folder is not followed: it may lead in a circle.
        let is_folder = entry.file_type().map_err(unreadable)?.is_dir();
        if is_folder && deep {
            search(&path, lock, deep, found)?;
        } else if !is_folder && ShardLock::has_name(&entry.file_name().to_string_lossy(), lock) {
            found.push(path);
        }
    }
    Ok(())
}
