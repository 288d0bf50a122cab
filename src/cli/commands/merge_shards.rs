use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::super::clock::now;
use super::super::context::{CommandError, Context};
use super::super::counts::{counted, images};
use super::super::lock_update::{kept_pins, show_changes, show_failures, would_change};
use super::super::reports::{LockTexts, ReportArgs};
use crate::lock::Written;
use crate::workspace::{LoadedLock, LockProposal, Workspace, merge_shards, shard_files};

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

pub(in crate::cli) fn run(
    args: &MergeShardsArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let workspace = context.workspace()?;
    let locked = context.is_locked();
    args.report.check(context)?;
    if !args.dry_run && !locked {
        workspace.file.tidy();
    }
    let before = LoadedLock::repair(&workspace.file)?;
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| context.path(path)).collect();
    let files = shard_files(&paths, workspace.file.path())?;
    let proposal = merge_shards(&workspace, before, &files, now())?;
    let report = proposal.report(&workspace.lock_name(), &BTreeMap::new());
    let dry_run = args.dry_run || locked;
    show_changes(context, &proposal.before, &report, &[], dry_run)?;
    show_failures(context, &proposal.resolution.failures)?;
    write(context, &workspace, &proposal, files.len(), args.dry_run)?;
    let texts = LockTexts {
        before: workspace.file.text().unwrap_or_default(),
        after: &proposal.text(),
        path: workspace.file.path(),
    };
    args.report.deliver(context, &report, texts)?;
    match proposal.worst_failure() {
        Some(class) => Err(CommandError::Code(class.exit_code())),
        None => Ok(()),
    }
}

/// Writes the lock, unless it is a dry run or the lock may not change.
fn write(
    context: &mut Context<'_>,
    workspace: &Workspace,
    proposal: &LockProposal,
    parts: usize,
    dry_run: bool,
) -> Result<(), CommandError> {
    let name = workspace.lock_name();
    if context.is_locked() {
        return if proposal.has_changes() {
            Err(would_change(&name))
        } else {
            Ok(())
        };
    }
    if dry_run {
        let line = format!("{name} was not written (dry run)");
        return Ok(context.terminal.status(&line)?);
    }
    let saved = proposal.save(&workspace.file)?;
    if let Some(warning) = &saved.warning {
        context.terminal.problem(warning)?;
    }
    let failures = &proposal.resolution.failures;
    let (count, kept) = (images(proposal.after.images.len()), kept_pins(failures));
    let line = match saved.written {
        Written::Yes => {
            let from = counted(parts, "part");
            format!("wrote {name} ({count}, from {from}){kept}")
        }
        Written::Unchanged if failures.is_empty() => format!("{name} is up to date ({count})"),
        Written::Unchanged => format!("{name} was not changed{kept}"),
    };
    Ok(context.terminal.status(&line)?)
}
