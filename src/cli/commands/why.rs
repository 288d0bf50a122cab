use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::Args;

use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::super::limits::LimitArgs;
use super::super::settle::show_failures;
use super::pick::{Verdicts, table};
use crate::image::Tag;
use crate::policy::{Candidates, Outcome, Rule, Strategy, Verdict};
use crate::resolve::{self, Explanation, unknown_image};

/// The arguments of `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// Image: a key of [images].
    pub name: String,
    /// Show every tag.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// How many better-looking tags are shown.
const BETTER: usize = 15;
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
    if let Strategy::Digest { tag } = &spec.policy.strategy {
        if args.format == Form::Json {
            let tags = std::slice::from_ref(tag);
            let verdicts = spec.policy.evaluate(&Candidates::of(tags));
            let verdicts = Verdicts::new(spec.policy_text(), &verdicts);
            return Ok(context.terminal.data(&json(&verdicts))?);
        }
        let text = format!(
            "{} follows the tag {tag} of {}; no other is considered\n",
            spec.name, spec.repository
        );
        return Ok(context.terminal.text(&text)?);
    }
    // A lock that cannot be read says nothing of the pin, but the question is about the tags.
    let lock = project.lock().unwrap_or_default();
    let names: BTreeSet<String> = [spec.name.clone()].into();
    let preview = context.preview(&project.config, &lock, &names, &args.limits)?;
    let resolution = preview.resolution;
    if let Some(considered) = resolution.considered(&spec.name) {
        let verdicts = considered.verdicts();
        let text = match args.format {
            Form::Json => json(&Verdicts::new(spec.policy_text(), &verdicts)),
            Form::Text if args.all => {
                head(considered, &verdicts) + &table(verdicts.iter()).to_string()
            }
            Form::Text => head(considered, &verdicts) + &summary(considered, &verdicts),
        };
        context.terminal.output(args.format, &text)?;
    }
    let about = |subject: &Option<String>| subject.as_deref() == Some(&spec.name);
    for warning in &resolution.warnings {
        if about(&warning.subject) {
            context.terminal.problem(warning)?;
        }
    }
    // Where a member of its group failed, that is the reason.
    show_failures(context, &resolution.failures)?;
    match resolve::worst(&resolution.failures) {
        Some(class) => Err(Stop::Code(class.exit_code())),
        None => Ok(()),
    }
}

fn head(considered: &Explanation, verdicts: &[Verdict]) -> String {
    let spec = considered.spec();
    let pinned = considered
        .current()
        .map_or("not locked".into(), |tag| format!("locked at {tag}"));
    format!(
        "{}: {} tags of {}, policy `{}`, {pinned}\n\n",
        spec.name,
        verdicts.len(),
        spec.repository,
        spec.policy_text()
    )
}

/// Returns the chosen tag, those that look better, the next ones, and what each rule dropped.
fn summary(considered: &Explanation, verdicts: &[Verdict]) -> String {
    let better = considered.better_looking(verdicts);
    let better_tags: BTreeSet<&Tag> = better.iter().map(|verdict| &verdict.tag).collect();
    let is_better = |verdict: &Verdict| better_tags.contains(&verdict.tag);
    let chosen = verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Chosen);
    let next: Vec<_> = verdicts
        .iter()
        .filter(|verdict| matches!(verdict.outcome, Outcome::Allowed | Outcome::Held))
        .filter(|verdict| !is_better(verdict))
        .collect();
    let shown = chosen
        .chain(better.iter().copied().take(BETTER))
        .chain(next.iter().copied().take(RUNNERS_UP));
    let mut text = table(shown).to_string();
    if better.len() > BETTER {
        let count = better.len() - BETTER;
        let _ = writeln!(text, "… and {count} more that look better");
    }
    if next.len() > RUNNERS_UP {
        let count = next.len() - RUNNERS_UP;
        let _ = writeln!(text, "… and {count} more allowed ones");
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
        let _ = write!(text, "\n{rule} dropped {}: {examples}{more}", tags.len());
    }
    if text.ends_with('\n') {
        text
    } else {
        text + "\n\n--all shows every tag with its reason\n"
    }
}
