use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::client::Network;
use super::clock::now;
use super::context::{CommandError, Context};
use super::files::{check_aside, write_aside};
use super::git;
use crate::diff::{Change, Diff};
use crate::error::{Code, Diagnostic};
use crate::lock::Pin;
use crate::report::{self, ChangeFacts, Report};
use crate::resolve::{KnownFacts, Subject, fetch_facts};

/// The forms of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A few lines an image, for people.
    Text,
    /// A unified diff of the two locks.
    Unified,
    /// The body of a pull request.
    Markdown,
    /// For programs: `imagelock.diff/v1`.
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
    /// Print what changed to standard output in this form.
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<ReportFormat>,
    /// Write what changed to a file: text, unified, markdown or json. May be given several times.
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<ReportTarget>,
}

impl ReportArgs {
    /// Says whether a report was asked for that shows dates and links.
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
        texts: Texts<'_>,
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
                    context.terminal.data(&text)?
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
pub(super) struct Texts<'t> {
    pub(super) before: &'t str,
    pub(super) after: &'t str,
    /// The file that they are, or were, the text of.
    pub(super) path: &'t Path,
}

/// Returns a report in one of its forms.
pub(super) fn render(
    form: ReportFormat,
    report: &Report,
    texts: Texts<'_>,
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

/// Asks for dates and links of the images that changed; the result is by the image's name.
pub(super) fn details_of(network: &Network, diff: &Diff) -> BTreeMap<String, ChangeFacts> {
    let moved = diff.changes.iter().filter(|change| {
        change.before.as_ref().map(|entry| &entry.digest)
            != change.after.as_ref().map(|entry| &entry.digest)
    });
    let subjects: BTreeSet<Subject> = moved
        .flat_map(|change| [&change.before, &change.after])
        .flatten()
        .map(|entry| Subject {
            repository: entry.image.clone(),
            digest: entry.digest.clone(),
        })
        .collect();
    let known = network.run(fetch_facts(&network.client, subjects, network.jobs));
    let details = diff
        .changes
        .iter()
        .map(|change| (change.name.clone(), details(change, &known)));
    details.collect()
}

fn details(change: &Change, known: &BTreeMap<Subject, KnownFacts>) -> ChangeFacts {
    let side = |entry: &Option<Pin>| {
        let entry = entry.as_ref()?;
        known.get(&Subject {
            repository: entry.image.clone(),
            digest: entry.digest.clone(),
        })
    };
    let (before, after) = (side(&change.before), side(&change.after));
    let facts =
        |known: Option<&KnownFacts>| known.map(|known| known.facts.clone()).unwrap_or_default();
    let index = |known: Option<&KnownFacts>| known.and_then(|known| known.index.clone());
    ChangeFacts {
        before: facts(before),
        after: facts(after),
        indexes: index(before).zip(index(after)),
    }
}
