use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::clock::now;
use super::context::{CommandError, Context};
use super::files::{check_aside, write_aside};
use super::git;
use crate::error::{Code, Diagnostic};
use crate::report::{self, Report};

/// The formats of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A few lines per image.
    Text,
    /// Unified diff of the two locks.
    Unified,
    /// Markdown for the body of a pull request.
    Markdown,
    /// Machine-readable: `imagelock.diff/v1`.
    Json,
}

/// A form and the file it goes to.
#[derive(Clone, Debug)]
pub struct ReportTarget {
    form: ReportFormat,
    path: PathBuf,
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (form_name, path) = text
            .split_once('=')
            .ok_or("write FORMAT=FILE, such as markdown=body.md")?;
        let form = ReportFormat::from_str(form_name, false)
            .map_err(|_| format!("`{form_name}` is none of text, unified, markdown, json"))?;
        if path == "-" {
            return Err(format!("for standard output use --format {form_name}"));
        }
        if path.is_empty() {
            return Err("the file's name is missing after `=`".into());
        }
        Ok(Self {
            form,
            path: path.into(),
        })
    }
}

/// The flags for reports of commands that change the lock.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Print the changes to standard output in this format.
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<ReportFormat>,
    /// Write the changes to FILE as text, unified, markdown or json. Repeatable.
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<ReportTarget>,
}

impl ReportArgs {
    /// Returns `true` if a report was asked for that shows dates and links.
    pub(super) fn wants_facts(&self) -> bool {
        let rich =
            |form: &ReportFormat| matches!(form, ReportFormat::Markdown | ReportFormat::Json);
        self.format
            .iter()
            .chain(self.reports.iter().map(|target| &target.form))
            .any(rich)
    }

    /// Finds out whether the reports can be written, before anything else changes.
    pub(super) fn check(&self, context: &Context<'_>) -> Result<(), CommandError> {
        for target in &self.reports {
            let path = context.path(&target.path);
            check_aside(&path).map_err(|reason| unwritten(&path, &reason))?;
        }
        Ok(())
    }

    /// Prints and writes the reports that were asked for.
    pub(super) fn deliver(
        &self,
        context: &mut Context<'_>,
        report: &Report,
        texts: LockTexts<'_>,
    ) -> Result<(), CommandError> {
        for target in &self.reports {
            let path = context.path(&target.path);
            let text = render(target.form, report, texts, report::Style::default());
            write_aside(&path, &text).map_err(|reason| unwritten(&path, &reason))?;
        }
        if let Some(form) = self.format {
            let style = report::Style {
                color: context.terminal.color_out,
                width: None,
            };
            let text = render(form, report, texts, style);
            match form {
                ReportFormat::Text => context.terminal.text(&text)?,
                ReportFormat::Unified | ReportFormat::Markdown | ReportFormat::Json => {
                    context.terminal.data(&text)?;
                }
            }
        }
        Ok(())
    }
}

fn unwritten(path: &Path, reason: &str) -> Diagnostic {
    let message = format!("cannot write the report {}: {reason}", path.display());
    Diagnostic::new(Code::Io, message)
}

/// The two texts that a unified diff compares.
#[derive(Clone, Copy, Debug)]
pub(super) struct LockTexts<'t> {
    pub(super) before: &'t str,
    pub(super) after: &'t str,
    /// The file that they are, or were, the text of.
    pub(super) path: &'t Path,
}

/// Returns a report in one of its forms.
pub(super) fn render(
    form: ReportFormat,
    report: &Report,
    texts: LockTexts<'_>,
    style: report::Style,
) -> String {
    match form {
        ReportFormat::Text => report::text(report, style),
        ReportFormat::Unified => {
            let name = git::path_from_top(texts.path);
            report::unified(texts.before, texts.after, &name, &name)
        }
        ReportFormat::Markdown => report::markdown(
            report,
            &report::MarkdownOptions {
                now: Some(now()),
                ..Default::default()
            },
        ),
        ReportFormat::Json => report::json(report),
    }
}
