use std::fmt::Write as _;

use clap::Args;

use super::super::context::{Context, Stop};
use super::super::project::read_present;
use crate::error::{Code, Diagnostic};
use crate::lock::{self, Drift, drift};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {}

pub(in crate::cli) fn run(_args: &CheckArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let project = context.project()?;
    let lock = read_present(&project.file)?;
    let name = project.file.path().display().to_string();
    let drifts = drift(&project.config, &lock);
    if !drifts.is_empty() {
        return Err(drifted(
            &name,
            &project.config.source.path.display().to_string(),
            &drifts,
        )
        .into());
    }
    let text = project.file.text().unwrap_or_default();
    let unknown_keys =
        !lock.extra.is_empty() || lock.images.iter().any(|entry| !entry.extra.is_empty());
    if !unknown_keys && text.replace("\r\n", "\n") != lock::write(&lock) {
        return Err(
            Diagnostic::new(Code::Drift, format!("{name} is not as imagelock writes it"))
                .note("every pin is right, but the text was edited by hand or by another tool")
                .help("run `imagelock lock`")
                .into(),
        );
    }
    let count = lock.images.len();
    context.terminal.status(&format!(
        "{name} is in line with the config ({})",
        images(count)
    ))?;
    Ok(())
}

/// Returns the problem of a lock that does not match its config.
pub(in crate::cli) fn drifted(lock: &str, config: &str, drifts: &[Drift]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Code::Drift, format!("{lock} does not match {config}"));
    let width = drifts
        .iter()
        .map(|drift| drift.name.len())
        .max()
        .unwrap_or(0);
    let mut lines = String::new();
    for drift in drifts {
        let _ = writeln!(lines, "{:width$}  {}", drift.name, drift.kind);
    }
    diagnostic.notes = lines.lines().map(str::to_string).collect();
    diagnostic.help("run `imagelock lock`")
}

/// Returns a count of images in words.
pub(in crate::cli) fn images(count: usize) -> String {
    counted(count, "image")
}

/// Returns a count of things in words.
pub(in crate::cli) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
