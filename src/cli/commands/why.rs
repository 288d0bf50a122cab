use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::limits::LimitArgs;
use super::super::lock_update::show_failures;
use super::super::output_format::OutputFormat;
use super::pick::table;
use crate::image::Tag;
use crate::policy::{Outcome, Rule, Verdict};
use crate::report::json;
use crate::report::verdicts::VerdictsDocument;
use crate::resolve::{self, Explanation};
use crate::workspace::why;

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
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

/// How many better-looking tags are shown.
const BETTER: usize = 15;
/// How many allowed tags are shown below the chosen one.
const RUNNERS_UP: usize = 9;
/// How many of the tags that one rule dropped are named.
const EXAMPLES: usize = 5;

pub(in crate::cli) fn run(args: &WhyArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let workspace = context.workspace()?;
    let request = why(&workspace, &args.name)?;
    let spec = request.spec();
    if let Some((tag, verdicts)) = request
        .followed_tag()
        .zip(request.verdicts_without_requests())
    {
        if args.format == OutputFormat::Json {
            let verdicts = VerdictsDocument::new(spec.policy_text(), &verdicts);
            return Ok(context.terminal.data(&json(&verdicts))?);
        }
        let text = format!(
            "{} follows the tag {tag} of {}; no other is considered\n",
            spec.name, spec.repository
        );
        return Ok(context.terminal.text(&text)?);
    }
    let network = context.network(Some(&workspace.config), Some(&request.hosts()))?;
    let state = context.state()?;
    let options = args.limits.options(&network, &state, None)?;
    let answer = network.run(request.run(&network.client, &options));
    let resolution = &answer.resolution;
    context.save_state(&state, &resolution.observations)?;
    let explanation = resolution.explanation(&spec.name);
    if let Some((explanation, verdicts)) = explanation.zip(answer.verdicts.as_deref()) {
        let text = match args.format {
            OutputFormat::Json => json(&VerdictsDocument::new(spec.policy_text(), verdicts)),
            OutputFormat::Text if args.all => {
                head(explanation, verdicts) + &table(verdicts.iter()).to_string()
            }
            OutputFormat::Text => head(explanation, verdicts) + &summary(explanation, verdicts),
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
        Some(class) => Err(CommandError::Code(class.exit_code())),
        None => Ok(()),
    }
}

fn head(explanation: &Explanation, verdicts: &[Verdict]) -> String {
    let spec = explanation.spec();
    let pinned = explanation
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
fn summary(explanation: &Explanation, verdicts: &[Verdict]) -> String {
    let better = explanation.better_looking(verdicts);
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
