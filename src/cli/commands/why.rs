use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::Args;

use super::super::client::Network;
use super::super::clock::now;
use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::super::project::Project;
use super::super::table::lines;

use super::pick::{Verdicts, table};
use crate::config::ImageSpec;
use crate::error::{Code, Diagnostic};
use crate::lock::Lock;
use crate::policy::{Outcome, Question, Rule, Strategy, Verdict};
use crate::report::hostile;
use crate::resolve::{self, Intent, Options, unknown_image};

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
        if args.format == Form::Json {
            let verdicts = spec
                .policy
                .evaluate(&Question::of(std::slice::from_ref(tag)));
            let verdicts = Verdicts::new(spec.policy_text(), &verdicts);
            return Ok(context.terminal.data(&json(&verdicts))?);
        }
        let text = format!(
            "{} follows the tag {tag} of {}; no other is considered\n",
            spec.name, spec.repository
        );
        return Ok(context.terminal.data(&text)?);
    }
    let network = context.network(
        Some(&project.config),
        Some(&[spec.repository.registry()].into()),
    )?;
    let tags = network
        .run(network.client.tags(&spec.repository))
        .map_err(|error| Diagnostic::of(&error).subject(&spec.name))?;
    let question = Question::of(&tags).current(pin.map(|entry| &entry.tag));
    let verdicts = spec.policy.evaluate(&question);
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
        let platforms = platforms(&network, &project, spec)?;
        context.terminal.data(&(head + &body + &platforms))?;
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
    diagnostic.notes = spec.policy.nearest(&question).notes();
    Err(diagnostic.subject(&spec.name).into())
}

/// Returns which of the allowed tags were passed over for a platform that they lack.
///
/// That is seen only in their manifests, so it is asked the way `update` asks.
fn platforms(network: &Network, project: &Project, spec: &ImageSpec) -> Result<String, Stop> {
    if spec.platforms.is_empty() {
        return Ok(String::new());
    }
    let names = BTreeSet::from([spec.name.clone()]);
    let mut plan = resolve::plan(&project.config, &Lock::default(), &Intent::Update { names })?;
    plan.jobs.retain(|job| job.spec.name == spec.name);
    let options = Options {
        jobs: network.jobs,
        ..Options::new(now())
    };
    let resolution = network.run(resolve::resolve(plan, &network.client, &options));
    let passed_over = resolution
        .held
        .iter()
        .map(|held| format!("{} {}", held.tag, held.reason));
    let failed = resolution
        .failures
        .iter()
        .map(|failure| failure.diagnostic.message.clone());
    let lines = lines(
        passed_over
            .chain(failed)
            .map(|line| hostile::terminal(&line)),
    );
    Ok(if lines.is_empty() {
        lines
    } else {
        format!("\n{lines}")
    })
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
