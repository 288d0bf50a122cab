use std::collections::BTreeMap;
use std::time::Instant;

use super::plan::show_plan;
use super::request::LockRequest;
use super::show::{kept_pins, show_changes, show_failures};
use crate::cli::client::ClientRuntime;
use crate::cli::clock::now;
use crate::cli::context::{CommandError, Context};
use crate::cli::counts::{counted, images};
use crate::cli::reports::LockTexts;
use crate::error::{Class, Code, Diagnostic};
use crate::lock::{self, Written, drift};
use crate::report::Report;
use crate::resolve::Intent;
use crate::workspace::{
    self, LoadedLock, LockProposal, LockUpdate, ShardRun, StateFile, Workspace,
};

/// Brings the lock to what the request asks for, and reports.
pub(in crate::cli) fn lock_update(
    context: &mut Context<'_>,
    request: &LockRequest<'_>,
) -> Result<(), CommandError> {
    let started = Instant::now();
    let workspace = context.workspace()?;
    let locked = context.is_locked();
    let mut shard = request.shard.shard_run(context, &workspace)?;
    let before = if locked {
        LoadedLock::read(&workspace.file)?
    } else {
        LoadedLock::repair(&workspace.file)?
    };
    if locked && request.plan.is_none() && request.intent == Intent::Lock {
        return check_locked(context, &workspace, &before);
    }
    let mut update = workspace::lock_update(&workspace, before, &request.intent)?;
    if let Some(shard) = &shard {
        update.retain(&shard.names);
    }
    if let Some(format) = request.plan {
        let excludes_newer = request.limits.exclude_newer.is_some();
        return show_plan(context, &workspace.config, &update, excludes_newer, format);
    }
    if !request.dry_run && !locked {
        workspace.file.tidy();
        context.tidy_state();
    }
    let file = shard.as_ref().map_or(&workspace.file, |shard| &shard.file);
    // Without anything to ask there is no need for a client, for credentials or for the network.
    let network = if update.image_count() == 0 {
        None
    } else {
        Some(context.network(Some(&workspace.config), Some(&update.hosts()))?)
    };
    // Before anything is asked that could then not be written.
    if network.is_some() && !request.dry_run {
        file.wait(context.global.deadline)?;
    }
    let run = PreparedRun {
        request,
        workspace: &workspace,
        state: network.as_ref().map(|_| context.state()).transpose()?,
        network,
        started,
    };
    // What cannot be written is found before anything else changes.
    request.report.check(context)?;
    if let Some(state) = &run.state {
        state.check()?;
    }
    if let Some(shard) = shard.as_mut().filter(|_| !request.dry_run) {
        shard.begin()?;
    }
    run.finish(context, update, shard.as_ref())
}

/// Answers `lock --locked`: does the lock match the config?
fn check_locked(
    context: &mut Context<'_>,
    workspace: &Workspace,
    before: &LoadedLock,
) -> Result<(), CommandError> {
    let drifts = drift(&workspace.config, &before.lock);
    if !drifts.is_empty() {
        return Err(workspace::drift_problem(workspace, &drifts).into());
    }
    let (name, count) = (workspace.lock_name(), images(before.lock.images.len()));
    let line = format!("{name} is up to date ({count})");
    Ok(context.terminal.status(&line)?)
}

/// Returns the error of a lock that would change where it must not.
pub(in crate::cli) fn would_change(name: &str) -> CommandError {
    let message = format!("{name} would change, and --locked forbids it");
    let problem = Diagnostic::new(Code::Drift, message);
    let help = "run the command without --locked and commit the lock";
    problem.help(help).into()
}

/// A run whose files were found to be writable.
struct PreparedRun<'r> {
    request: &'r LockRequest<'r>,
    workspace: &'r Workspace,
    /// None where nothing has to be asked.
    network: Option<ClientRuntime>,
    state: Option<StateFile>,
    started: Instant,
}

impl PreparedRun<'_> {
    /// Resolves, shows what came of it, and writes the lock or a shard's part of it.
    fn finish(
        &self,
        context: &mut Context<'_>,
        update: LockUpdate,
        shard: Option<&ShardRun>,
    ) -> Result<(), CommandError> {
        let (request, name) = (self.request, self.workspace.lock_name());
        let asked = update.image_count();
        let proposal = self.resolve(update)?;
        // What was seen is noted whatever comes of the run.
        if let Some(state) = &self.state {
            context.save_state(state, &proposal.resolution.observations)?;
        }
        let failed = proposal.worst_failure();
        if let Some(class) = failed.filter(|_| !request.keep_going) {
            return self.give_up(context, &proposal, shard, class);
        }
        let report = self.report(&proposal, &name);
        if let Some(network) = &self.network {
            let resolved = asked - proposal.resolution.failures.len();
            let line = asked_line(network, resolved, self.started);
            context.terminal.status(&line)?;
        }
        let dry_run = request.dry_run || context.is_locked();
        let (before, resolution) = (&proposal.before, &proposal.resolution);
        show_changes(context, before, &report, &resolution.warnings, dry_run)?;
        show_failures(context, &resolution.failures)?;
        self.write(context, &proposal, shard)?;
        self.deliver(context, &report, &proposal, shard.is_some())?;
        match failed {
            Some(class) => Err(CommandError::Code(class.exit_code())),
            None if request.exit_code && proposal.has_changes() => Err(CommandError::no()),
            None => Ok(()),
        }
    }

    fn resolve(&self, update: LockUpdate) -> Result<LockProposal, CommandError> {
        let (Some(network), Some(state)) = (&self.network, &self.state) else {
            return Ok(update.without_requests(now()));
        };
        let request = self.request;
        let options = request.limits.options(network, state, request.level)?;
        Ok(network.run(update.resolve(&network.client, &options)))
    }

    /// Shows why nothing is written.
    fn give_up(
        &self,
        context: &mut Context<'_>,
        proposal: &LockProposal,
        shard: Option<&ShardRun>,
        class: Class,
    ) -> Result<(), CommandError> {
        for warning in &proposal.resolution.warnings {
            context.terminal.problem(warning)?;
        }
        show_failures(context, &proposal.resolution.failures)?;
        let written = self.written_name(shard);
        let kept = if self.request.dry_run {
            format!("{written} was not written (dry run)")
        } else if shard.is_some() {
            format!("{written} was not written; --keep-going would write the rest")
        } else {
            format!("{written} was not changed; --keep-going would write the rest")
        };
        context.terminal.status(&kept)?;
        Err(CommandError::Code(class.exit_code()))
    }

    fn report(&self, proposal: &LockProposal, name: &str) -> Report {
        let facts = match &self.network {
            Some(network) if self.request.report.wants_facts() => {
                network.run(proposal.fetch_facts(&network.client, network.jobs))
            }
            _ => BTreeMap::new(),
        };
        proposal.report(name, &facts)
    }

    /// Writes what came of the run, unless it is a dry run or the lock may not change.
    fn write(
        &self,
        context: &mut Context<'_>,
        proposal: &LockProposal,
        shard: Option<&ShardRun>,
    ) -> Result<(), CommandError> {
        let name = self.written_name(shard);
        if context.is_locked() {
            return if proposal.has_changes() {
                Err(would_change(&name))
            } else {
                Ok(())
            };
        }
        if self.request.dry_run {
            let line = format!("{name} was not written (dry run)");
            return Ok(context.terminal.status(&line)?);
        }
        let saved = match shard {
            Some(shard) => {
                let run = self.request.command();
                let part = shard.partial_lock(run, self.workspace, proposal);
                shard.file.save(&part)?
            }
            None => proposal.save(&self.workspace.file)?,
        };
        let failures = &proposal.resolution.failures;
        let kept = kept_pins(failures);
        let count = images(proposal.after.images.len());
        if let Some(warning) = &saved.warning {
            context.terminal.problem(warning)?;
        }
        context.terminal.status(&match saved.written {
            Written::Unchanged if !failures.is_empty() => {
                format!("{name} was not changed{kept}")
            }
            Written::Unchanged => format!("{name} is up to date ({count})"),
            Written::Yes => format!("wrote {name} ({count}){kept}"),
        })?;
        if let Some(state) = &self.state {
            context.save_state(state, &proposal.resolution.counted())?;
        }
        Ok(())
    }

    fn deliver(
        &self,
        context: &mut Context<'_>,
        report: &Report,
        proposal: &LockProposal,
        is_shard: bool,
    ) -> Result<(), CommandError> {
        let file = &self.workspace.file;
        let old = if is_shard {
            lock::write(&proposal.before.lock)
        } else {
            file.text().unwrap_or_default().into()
        };
        let texts = LockTexts {
            before: &old,
            after: &proposal.text(),
            path: file.path(),
        };
        self.request.report.deliver(context, report, texts)
    }

    /// Returns the name of the file that is written.
    fn written_name(&self, shard: Option<&ShardRun>) -> String {
        let file = shard.map_or(&self.workspace.file, |shard| &shard.file);
        file.path().display().to_string()
    }
}

fn asked_line(network: &ClientRuntime, resolved: usize, started: Instant) -> String {
    let seconds = started.elapsed().as_secs_f64();
    let (requests, hosts) = network.progress.totals();
    let requests = counted(requests, "request");
    let hosts = counted(hosts, "host");
    format!(
        "   Resolved {} in {seconds:.1} s ({requests} to {hosts})",
        images(resolved)
    )
}
