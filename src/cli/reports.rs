use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::client::Network;
use super::clock::now;
use super::context::{Context, Stop};
use super::files::{check_aside, write_aside};
use super::git;
use crate::diff::{Change, Diff};
use crate::error::{Code, Diagnostic};
use crate::lock::Pin;
use crate::report::{self, Details, Report};
use crate::resolve::{self, KnownFacts, Subject, fetch_facts};

/// The formats of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
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
    form: Form,
    path: PathBuf,
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (form_name, path) = text
            .split_once('=')
            .ok_or("write FORMAT=FILE, such as markdown=body.md")?;
        let form = Form::from_str(form_name, false)
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
    pub format: Option<Form>,
    /// Write the changes to FILE as text, unified, markdown or json. Repeatable.
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<ReportTarget>,
}

impl ReportArgs {
    /// Returns `true` if a report was asked for that shows dates and links.
    pub(super) fn wants_facts(&self) -> bool {
        let rich = |form: &Form| matches!(form, Form::Markdown | Form::Json);
        self.format
            .iter()
            .chain(self.reports.iter().map(|target| &target.form))
            .any(rich)
    }

    /// Finds out whether the reports can be written, before anything else changes.
    pub(super) fn check(&self, context: &Context<'_>) -> Result<(), Stop> {
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
    ) -> Result<(), Stop> {
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
                Form::Text => context.terminal.text(&text)?,
                Form::Unified | Form::Markdown | Form::Json => context.terminal.data(&text)?,
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
    form: Form,
    report: &Report,
    texts: Texts<'_>,
    style: report::Style,
) -> String {
    match form {
        Form::Text => report::text(report, style),
        Form::Unified => {
            let name = git::path_from_top(texts.path);
            report::unified(texts.before, texts.after, &name, &name)
        }
        Form::Markdown => report::markdown(
            report,
            &report::MarkdownOptions {
                now: Some(now()),
                ..Default::default()
            },
        ),
        Form::Json => report::json(report),
    }
}

/// Returns a held tag as reports show it.
pub(super) fn held(held: &resolve::Held) -> report::Held {
    report::Held {
        name: held.name.clone(),
        tag: held.tag.to_string(),
        rule: held.rule.to_string(),
        reason: held.reason.clone(),
        age: held.age,
        eligible_at: held.eligible,
    }
}

/// Asks for dates and links of the images that changed; the result is by the image's name.
pub(super) fn details_of(network: &Network, diff: &Diff) -> BTreeMap<String, Details> {
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

fn details(change: &Change, known: &BTreeMap<Subject, KnownFacts>) -> Details {
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
    Details {
        before: facts(before),
        after: facts(after),
        indexes: index(before).zip(index(after)),
    }
}
