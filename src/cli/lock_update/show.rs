use crate::cli::clock::now;
use crate::cli::context::{CommandError, Context};
use crate::cli::counts::images;
use crate::error::{Class, Code, Diagnostic};
use crate::report::{self, Report, grouped_failures};
use crate::resolve::{self, Failure};
use crate::workspace::LoadedLock;

/// Shows what changed and what there is to know besides.
pub(in crate::cli) fn show_changes(
    context: &mut Context<'_>,
    before: &LoadedLock,
    report: &Report,
    warnings: &[Diagnostic],
    dry_run: bool,
) -> Result<(), CommandError> {
    if let Some(conflicts) = &before.conflicts {
        let names = if conflicts.is_empty() {
            "none in conflict".into()
        } else {
            conflicts.join(", ")
        };
        context.terminal.status(&format!(
            "   Repaired the merge conflict; resolved again: {names}"
        ))?;
    }
    let style = report::Style {
        color: context.terminal.color_err,
        width: None,
    };
    let status = report::Status {
        dry_run,
        now: Some(now()),
        style,
    };
    for line in report::status_lines(report, status).lines() {
        context.terminal.status(line)?;
    }
    for warning in warnings {
        context.terminal.problem(warning)?;
    }
    Ok(())
}

/// Shows failures: what is wrong with one host is said once, with the images behind it.
pub(in crate::cli) fn show_failures(
    context: &mut Context<'_>,
    failures: &[Failure],
) -> Result<(), CommandError> {
    for problem in grouped_failures(failures) {
        context.terminal.problem(&problem)?;
    }
    if let Some(worst) = resolve::worst(failures) {
        let is_offline = |failure: &Failure| failure.diagnostic.code == Code::Offline;
        let what = match worst {
            Class::Policy => "a policy refused",
            Class::Registry if failures.iter().all(is_offline) => "the network is forbidden",
            Class::Registry => "a registry failed",
            Class::Usage | Class::No | Class::Notice => "failed",
        };
        let count = images(failures.len());
        let line = format!("{count} not resolved: {what}");
        context.terminal.status(&line)?;
    }
    Ok(())
}

/// Returns what the last line says of failures, if there are any.
pub(in crate::cli) fn kept_pins(failures: &[Failure]) -> &'static str {
    if failures.is_empty() {
        ""
    } else {
        "; what failed keeps its old pin"
    }
}
