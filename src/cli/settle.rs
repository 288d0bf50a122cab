use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::before::Before;
use super::client::Network;
use super::clock::now;
use super::commands::check::{counted, drifted, images};
use super::context::{Context, Stop};
use super::forecast;
use super::form::Form;
use super::limits::LimitArgs;
use super::reports::{ReportArgs, Texts, details_of};
use super::shards::ShardArgs;
use crate::diff::{self, Diff};
use crate::error::{Class, Code, Diagnostic};
use crate::lock::{self, Lock, Written, drift};
use crate::policy::Level;
use crate::report::{self, LintReport, Report, Side, Sides};
use crate::resolve::{self, Failure, Intent, Resolution};

/// What `lock` and `update` have in common.
pub(super) struct Request<'a> {
    pub(super) intent: Intent,
    pub(super) keep_going: bool,
    pub(super) dry_run: bool,
    /// Whether the requests are only told, and in which form.
    pub(super) plan: Option<Form>,
    pub(super) exit_code: bool,
    pub(super) level: Option<Level>,
    pub(super) limits: &'a LimitArgs,
    pub(super) report: &'a ReportArgs,
    pub(super) shard: &'a ShardArgs,
}

impl Request<'_> {
    /// Returns the command that asks for this, without what does not bear on the pins: `update nginx --level patch`.
    fn command(&self) -> String {
        let mut words = match &self.intent {
            Intent::Lock => vec!["lock".to_string()],
            Intent::Update { names } => {
                let mut words = vec!["update".to_string()];
                words.extend(names.iter().cloned());
                words
            }
            Intent::Precise { name, tag } => {
                vec![format!("update {name} --precise {tag}")]
            }
        };
        words.extend(self.level.map(|level| format!("--level {level}")));
        let newest = self.limits.exclude_newer.as_ref();
        words.extend(newest.map(|time| format!("--exclude-newer '{time}'")));
        words.extend(
            self.limits
                .accept_fewer_tags
                .then(|| "--accept-fewer-tags".into()),
        );
        words.join(" ")
    }
}

/// What is shown at the end of a run that may change the lock.
pub(super) struct Outcome<'a> {
    pub(super) before: &'a Before,
    pub(super) report: &'a Report,
    pub(super) warnings: &'a [Diagnostic],
    pub(super) dry_run: bool,
}

/// Brings the lock to what the request asks for, and reports.
pub(super) fn settle(context: &mut Context<'_>, request: &Request<'_>) -> Result<(), Stop> {
    let started = Instant::now();
    let project = context.project()?;
    let name = project.file.path().display().to_string();
    let locked = context.global.locked || context.global.frozen;
    let mut own = request.shard.own(context, &project)?;
    let mut before = Before::read(&project.file, &name, !locked)?;
    if locked && request.plan.is_none() && request.intent == Intent::Lock {
        return still(context, &project.config, &before, &name);
    }
    let mut plan = resolve::plan(&project.config, &before.lock, &request.intent)?;
    if let Some(own) = &own {
        plan.retain(&own.names);
        before.lock.retain(&own.names);
    }
    if let Some(form) = request.plan {
        let excludes_newer = request.limits.exclude_newer.is_some();
        let mirrors = forecast::first_asked(context, &project.config, &plan)?;
        let forecast = plan.forecast(excludes_newer, &mirrors);
        return forecast::show(context, &forecast, form);
    }
    if !request.dry_run && !locked {
        project.file.tidy();
        context.tidy_state();
    }
    let file = own.as_ref().map_or(&project.file, |own| &own.file);
    let written_name = file.path().display().to_string();
    let hosts: BTreeSet<&str> = plan
        .jobs
        .iter()
        .map(|job| job.spec.repository.registry())
        .collect();
    // Without anything to ask there is no need for a client, for credentials or for the network.
    let network = if plan.jobs.is_empty() {
        None
    } else {
        Some(context.network(Some(&project.config), Some(&hosts))?)
    };
    drop(hosts);
    // Before anything is asked that could then not be written.
    if network.is_some() && !request.dry_run {
        file.wait(context.global.deadline)?;
    }
    let asked = plan.jobs.len();
    let state = network.as_ref().map(|_| context.state()).transpose()?;
    // What cannot be written is found before anything else changes.
    request.report.check(context)?;
    if let Some(state) = &state {
        state.check()?;
    }
    if let Some(own) = own.as_mut().filter(|_| !request.dry_run) {
        own.begin()?;
    }
    let resolution = match (&network, &state) {
        (Some(network), Some(state)) => {
            let options = request.limits.options(network, state, request.level)?;
            network.run(resolve::resolve(plan, &network.client, &options))
        }
        _ => Resolution::unasked(plan.kept, now()),
    };
    // What was seen is noted whatever comes of the run.
    if let Some(state) = &state {
        state.save(&resolution.observations, context)?;
    }
    let failed = resolve::worst(&resolution.failures);
    let unwritten = failed.filter(|_| !request.keep_going);
    if let Some(class) = unwritten {
        for warning in &resolution.warnings {
            context.terminal.problem(warning)?;
        }
        show_failures(context, &resolution.failures)?;
        let kept = if request.dry_run {
            format!("{written_name} was not written (dry run)")
        } else if own.is_some() {
            format!("{written_name} was not written; --keep-going would write the rest")
        } else {
            format!("{name} was not changed; --keep-going would write the rest")
        };
        context.terminal.status(&kept)?;
        return Err(Stop::Code(class.exit_code()));
    }
    let after = Lock {
        images: resolution.images.clone(),
        extra: before.lock.extra.clone(),
    };
    let diff = diff::compare(&before.lock, &after);
    let report = build_report(request.report, network.as_ref(), &diff, &resolution, &name);
    if let Some(network) = &network {
        let resolved = asked - resolution.failures.len();
        context
            .terminal
            .status(&asked_line(network, resolved, started))?;
    }
    let outcome = Outcome {
        before: &before,
        report: &report,
        warnings: &resolution.warnings,
        dry_run: request.dry_run || locked,
    };
    show(context, &outcome)?;
    show_failures(context, &resolution.failures)?;
    let text = lock::write(&after);
    let changes = before.conflicts.is_some() || !diff.changes.is_empty();
    if locked {
        if changes {
            return Err(may_not_change(&name));
        }
    } else if request.dry_run {
        context
            .terminal
            .status(&format!("{written_name} was not written (dry run)"))?;
    } else {
        let saved = match &own {
            Some(own) => {
                let old = project.file.text();
                let run = request.command();
                let part = own.part(run, &project.config, old, &after, &resolution.failures);
                own.file.save(&part)?
            }
            None => before.save(&project.file, &after, &text)?,
        };
        let kept = failed.map_or("", |_| "; what failed keeps its old pin");
        let count = images(after.images.len());
        if let Some(warning) = &saved.warning {
            context.terminal.problem(warning)?;
        }
        context.terminal.status(&match saved.written {
            Written::Unchanged if failed.is_some() => {
                format!("{written_name} was not changed{kept}")
            }
            Written::Unchanged => format!("{written_name} is up to date ({count})"),
            Written::Yes => format!("wrote {written_name} ({count}){kept}"),
        })?;
        if let Some(state) = &state {
            state.save(&resolution.counted(), context)?;
        }
    }
    let old = match &own {
        Some(_) => lock::write(&before.lock),
        None => project.file.text().unwrap_or_default().into(),
    };
    request.report.deliver(
        context,
        &report,
        Texts {
            before: &old,
            after: &text,
            path: project.file.path(),
        },
    )?;
    match failed {
        Some(class) => Err(Stop::Code(class.exit_code())),
        None if request.exit_code && changes => Err(Stop::no()),
        None => Ok(()),
    }
}

/// Says that the lock would change where it must not.
pub(super) fn may_not_change(name: &str) -> Stop {
    let message = format!("{name} would change, and --locked forbids it");
    let problem = Diagnostic::new(Code::Drift, message);
    let help = "run the command without --locked and commit the lock";
    problem.help(help).into()
}

/// Answers `lock --locked`: is the lock in line with the config?
fn still(
    context: &mut Context<'_>,
    config: &crate::config::Config,
    before: &Before,
    name: &str,
) -> Result<(), Stop> {
    let drifts = drift(config, &before.lock);
    if drifts.is_empty() {
        context.terminal.status(&format!(
            "{name} is up to date ({})",
            images(before.lock.images.len())
        ))?;
        return Ok(());
    }
    Err(drifted(name, &config.source.path.display().to_string(), &drifts).into())
}

fn asked_line(network: &Network, resolved: usize, started: Instant) -> String {
    let seconds = started.elapsed().as_secs_f64();
    let (requests, hosts) = network.progress.totals();
    let requests = counted(requests, "request");
    let hosts = counted(hosts, "host");
    format!(
        "   Resolved {} in {seconds:.1} s ({requests} to {hosts})",
        images(resolved)
    )
}

/// Shows what changed and what there is to know besides.
pub(super) fn show(context: &mut Context<'_>, outcome: &Outcome<'_>) -> Result<(), Stop> {
    outcome.before.tell(context)?;
    let style = report::Style {
        color: context.terminal.color_err,
        width: None,
    };
    let status = report::Status {
        dry_run: outcome.dry_run,
        now: Some(now()),
        style,
    };
    for line in report::status_lines(outcome.report, status).lines() {
        context.terminal.status(line)?;
    }
    for warning in outcome.warnings {
        context.terminal.problem(warning)?;
    }
    Ok(())
}

/// Shows failures: what is wrong with one host is said once, with the images behind it.
pub(super) fn show_failures(context: &mut Context<'_>, failures: &[Failure]) -> Result<(), Stop> {
    let mut groups: BTreeMap<(Code, &str), Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        let diagnostic = &failure.diagnostic;
        let text = diagnostic.shared.as_ref().unwrap_or(&diagnostic.message);
        groups
            .entry((diagnostic.code, text))
            .or_default()
            .push(failure);
    }
    for ((_, text), group) in groups {
        let mut diagnostic = group[0].diagnostic.clone();
        if group.len() > 1 {
            let names: Vec<&str> = group.iter().map(|failure| failure.name.as_str()).collect();
            diagnostic.subject = Some(names.join(", "));
            diagnostic.message = text.into();
            let is_common = |note: &String| {
                let mut all = group.iter();
                all.all(|failure| failure.diagnostic.notes.contains(note))
            };
            diagnostic.notes.retain(is_common);
        }
        context.terminal.problem(&diagnostic)?;
    }
    if let Some(worst) = resolve::worst(failures) {
        let is_offline = |failure: &Failure| failure.diagnostic.code == Code::Offline;
        let what = match worst {
            Class::Policy => "a policy refused",
            Class::Registry if failures.iter().all(is_offline) => "the network is forbidden",
            Class::Registry => "a registry failed",
            Class::Usage | Class::No | Class::Notice => "failed",
        };
        context
            .terminal
            .status(&format!("{} not resolved: {what}", images(failures.len())))?;
    }
    Ok(())
}

fn build_report(
    args: &ReportArgs,
    network: Option<&Network>,
    diff: &Diff,
    resolution: &Resolution,
    name: &str,
) -> Report {
    let details = match network {
        Some(network) if args.wants_facts() => details_of(network, diff),
        _ => BTreeMap::new(),
    };
    let sides = Sides {
        lockfile: name.into(),
        before: Side::Path(name.into()),
        after: Side::WorkingTree(name.into()),
    };
    let failures = resolution
        .failures
        .iter()
        .map(|failure| report::Failure::of(&failure.diagnostic))
        .collect();
    let held = resolution.held.iter().map(super::reports::held).collect();
    let lints = resolution.warnings.iter().map(LintReport::of).collect();
    Report::new(diff, sides, &details, failures)
        .holding(held)
        .linting(lints)
}
