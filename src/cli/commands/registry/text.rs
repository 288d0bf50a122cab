use std::fmt::Write as _;

use super::super::super::counts::counted;
use crate::error::Fault as _;
use crate::registry::RegistryError;
use crate::registry::doctor::{Diagnosis, Severity, Step, StepOutcome};
use crate::report::escape;

/// Returns a diagnosis for people: the steps, what they come to, and the table to write, or to add to if the
/// config has one.
pub(super) fn text(diagnosis: &Diagnosis, table: Option<&str>, is_there: bool) -> String {
    let mut text = String::new();
    let repository = &diagnosis.repository;
    let kind = match diagnosis.family {
        Some(family) => family.title(),
        None => "an unrecognized registry",
    };
    let _ = writeln!(text, "{repository}: {kind}\n");
    for step in &diagnosis.steps {
        if step.outcome != StepOutcome::Skipped {
            add(&mut text, step, diagnosis.failure.as_ref());
        }
    }
    let _ = writeln!(text, "\n{}", summary(diagnosis));
    match table {
        Some(table) => {
            let what = if is_there {
                "the config has this table: add to it, and replace the keys that it has"
            } else {
                "write into images.toml"
            };
            let _ = write!(text, "\n{what}:\n\n{table}");
        }
        None if diagnosis.is_lockable() => {
            text.push_str("nothing has to be written into the config\n");
        }
        None => {}
    }
    text
}

fn add(text: &mut String, step: &Step, failure: Option<&RegistryError>) {
    let mut head = step.area.as_str();
    let mut line = |name: &str, value: &str| {
        let value = escape::terminal(value);
        let _ = writeln!(text, "{head:10}  {name:13}  {value}");
        head = "";
    };
    for fact in &step.facts {
        line(fact.name, &fact.value);
    }
    for quirk in &step.quirks {
        let severity = quirk.severity.as_str();
        line(severity, &format!("{}: {}", quirk.name, quirk.says));
    }
    if let Some(failure) = failure.filter(|_| step.outcome == StepOutcome::Failed) {
        line("failed", &failure.to_string());
        if let Some(help) = failure.help() {
            line("help", &help);
        }
    }
}

/// Says what it comes to, in one line.
fn summary(diagnosis: &Diagnosis) -> String {
    let counts = [Severity::Problem, Severity::Warning, Severity::Note].map(|severity| {
        let quirks = diagnosis.quirks();
        let count = quirks.filter(|quirk| quirk.severity == severity).count();
        (count > 0).then(|| counted(count, severity.as_str()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let can = if diagnosis.is_lockable() {
        "the repository can be locked from"
    } else if diagnosis.is_lockable_by_tag() {
        "only entries with `tag = \"…\"` or a digest can be locked from the repository as things are"
    } else {
        "the repository cannot be locked from as things are"
    };
    if counts.is_empty() {
        return can.into();
    }
    format!("{can}: {}", counts.join(", "))
}
