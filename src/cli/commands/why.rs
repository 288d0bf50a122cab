use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;

use super::super::context::{Context, Stop};
use super::super::form::{Form, json};

use super::pick::{Verdicts, table};
use crate::error::{Code, Diagnostic};
use crate::lock::Lock;
use crate::policy::{Outcome, Rule, Strategy, Verdict};
use crate::resolve::unknown_image;

/// Show every tag of an image and the rule that decided about it.
///
/// Without --all only the chosen tag, what it was better than, and how many tags each rule dropped.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The image.
    pub name: String,
    /// Show every tag.
    #[arg(long)]
    pub all: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// How many allowed tags are shown below the chosen one.
const RUNNERS_UP: usize = 9;
/// How many of the tags that one rule dropped are named.
const EXAMPLES: usize = 5;

pub(in crate::cli) fn run(args: &WhyArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let project = context.project()?;
    let known = || project.config.images.iter();
    let spec = known()
        .find(|spec| spec.name == args.name)
        .ok_or_else(|| unknown_image(&args.name, known().map(|spec| spec.name.as_str())))?;
    // A lock that cannot be read says nothing of the pin, but the question is about the tags.
    let lock = project.lock().unwrap_or_else(|_| Lock::default());
    let pin = lock
        .get(&spec.name)
        .filter(|entry| entry.image == spec.repository);
    if let Strategy::Digest { tag } = &spec.policy.strategy {
        let text = format!(
            "{} follows the tag {tag} of {}; no other is considered\n",
            spec.name, spec.repository
        );
        return Ok(context.terminal.data(&text)?);
    }
    let network = context.network(Some(&project.config))?;
    let tags = network
        .run(network.client.tags(&spec.repository))
        .map_err(|error| Diagnostic::of(&error).subject(&spec.name))?;
    let verdicts = spec.policy.evaluate(&tags, pin.map(|entry| &entry.tag));
    if args.format == Form::Json {
        context
            .terminal
            .data(&json(&Verdicts::new(spec.policy_text(), &verdicts)))?;
    } else {
        let pinned = pin.map_or("not locked".into(), |entry| {
            format!("locked at {}", entry.tag)
        });
        let head = format!(
            "{}: {} tags of {}, policy `{}`, {pinned}\n\n",
            spec.name,
            verdicts.len(),
            spec.repository,
            spec.policy_text()
        );
        let body = if args.all {
            table(verdicts.iter()).to_string()
        } else {
            summary(&verdicts)
        };
        context.terminal.data(&(head + &body))?;
    }
    if verdicts
        .iter()
        .any(|verdict| verdict.outcome == Outcome::Chosen)
    {
        return Ok(());
    }
    let mut diagnostic = Diagnostic::new(
        Code::NoTagFits,
        format!(
            "no tag of {} satisfies `{}`",
            spec.repository,
            spec.policy_text()
        ),
    );
    diagnostic.notes = spec.policy.nearest(&tags).notes();
    Err(diagnostic.subject(&spec.name).into())
}

/// Returns the best allowed tags, and what each rule dropped.
fn summary(verdicts: &[Verdict]) -> String {
    let allowed: Vec<_> = verdicts
        .iter()
        .filter(|verdict| verdict.outcome != Outcome::Dropped)
        .collect();
    let mut text = table(allowed.iter().copied().take(RUNNERS_UP + 1)).to_string();
    if allowed.len() > RUNNERS_UP + 1 {
        let _ = writeln!(
            text,
            "… and {} more allowed ones",
            allowed.len() - RUNNERS_UP - 1
        );
    }
    let mut dropped: BTreeMap<Rule, Vec<&str>> = BTreeMap::new();
    for verdict in verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Dropped)
    {
        dropped
            .entry(verdict.rule)
            .or_default()
            .push(verdict.tag.as_str());
    }
    for (rule, tags) in dropped {
        let more = if tags.len() > EXAMPLES { ", …" } else { "" };
        let examples = tags[..tags.len().min(EXAMPLES)].join(", ");
        let _ = write!(
            text,
            "\n{} dropped {}: {examples}{more}",
            rule.as_str(),
            tags.len()
        );
    }
    if text.ends_with('\n') {
        text
    } else {
        text + "\n\n--all shows every tag with its reason\n"
    }
}
