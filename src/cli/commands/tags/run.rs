use std::collections::BTreeMap;

use super::super::super::context::{Context, Stop};
use super::super::super::form::{Form, json};
use super::super::super::policy_flags::FlagPolicy;
use super::args::{Sort, TagsArgs};
use super::look::Looking;
use super::rows::{Columns, Decision, Listing, Row, text};
use super::sort::sort;
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Repository, Tag};
use crate::policy::{Outcome, Verdict};
use crate::tag::Age;

/// A tag that may be shown, with what the policy says of it, if there is one.
struct ShownTag<'t> {
    tag: &'t Tag,
    verdict: Option<&'t Verdict>,
}

pub(in crate::cli) fn run(args: &TagsArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let repository = Repository::parse(&args.repository).map_err(|error| Diagnostic::of(&error))?;
    let asked = policy(args)?;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), Some(&[repository.registry()].into()))?;
    let tags = network
        .run(network.client.tags(&repository))
        .map_err(|error| Diagnostic::of(&error))?;
    let looking = Looking {
        network: &network,
        repository: &repository,
        listed: &tags,
    };
    let by_date = asked.as_ref().filter(|asked| asked.policy.needs_dates());
    let mut ages = match by_date {
        Some(asked) => looking.candidates(context, &asked.policy)?,
        None => BTreeMap::new(),
    };
    let dates = ages.iter().map(|(tag, age)| (tag.clone(), age.since));
    let dates = dates.collect();
    let candidates = asked.as_ref().map(|asked| asked.candidates(&tags, &dates));
    let candidates = asked.as_ref().zip(candidates);
    let verdicts = candidates.map(|(asked, candidates)| asked.policy.evaluate(&candidates));
    let mut shown = shown_tags(&tags, verdicts.as_deref(), args.all);
    if args.sort == Some(Sort::Date) {
        looking.add_ages(context, &mut ages, &tags_of(&shown))?;
    }
    if let Some(order) = args.sort {
        sort(&mut shown, |shown| shown.tag, order, &tags, &ages);
    }
    shown.truncate(args.limit.unwrap_or(usize::MAX));
    if args.dates {
        looking.add_ages(context, &mut ages, &tags_of(&shown))?;
    } else {
        ages.clear();
    }
    let digests = if args.digests {
        looking.digests(&tags_of(&shown))?
    } else {
        BTreeMap::new()
    };
    let rows = rows(&shown, &digests, &ages);
    let columns = Columns {
        digests: args.digests,
        dates: args.dates,
        verdicts: args.all,
    };
    let listing = match args.format {
        Form::Text => text(&rows, columns),
        Form::Json => json(&Listing {
            schema: "imagelock.tags/v1",
            repository: &repository,
            policy: asked.as_ref().map(|asked| asked.policy.to_string()),
            count: tags.len(),
            tags: rows,
        }),
    };
    context.terminal.output(args.format, &listing)?;
    let Some((asked, candidates)) = candidates else {
        return Ok(());
    };
    let chosen = asked.policy.choose(&candidates);
    for notice in asked.notices(&candidates, chosen) {
        context.terminal.problem(&notice)?;
    }
    match chosen {
        Some(_) => Ok(()),
        None => Err(asked.no_match(&candidates).into()),
    }
}

/// Reads the policy, if the flags describe one.
fn policy(args: &TagsArgs) -> Result<Option<FlagPolicy>, Stop> {
    if args.policy.is_given() {
        return FlagPolicy::read(&args.policy).map(Some);
    }
    if args.all {
        let message = "`--all` has no effect without a policy: all tags are shown";
        let problem = Diagnostic::new(Code::ContradictoryOptions, message);
        return Err(problem
            .help("leave it out, or describe a policy, such as `--constraint '^1'`")
            .into());
    }
    Ok(None)
}

/// Returns the tags that may be shown: with a policy those that it does not drop, the best first, or all.
fn shown_tags<'t>(
    tags: &'t [Tag],
    verdicts: Option<&'t [Verdict]>,
    all: bool,
) -> Vec<ShownTag<'t>> {
    let Some(verdicts) = verdicts else {
        let bare = |tag| ShownTag { tag, verdict: None };
        return tags.iter().map(bare).collect();
    };
    let shown = verdicts
        .iter()
        .filter(|verdict| all || verdict.outcome != Outcome::Dropped);
    shown
        .map(|verdict| ShownTag {
            tag: &verdict.tag,
            verdict: Some(verdict),
        })
        .collect()
}

fn tags_of<'t>(shown_tags: &[ShownTag<'t>]) -> Vec<&'t Tag> {
    shown_tags.iter().map(|shown| shown.tag).collect()
}

fn rows<'t>(
    shown: &[ShownTag<'t>],
    digests: &'t BTreeMap<Tag, Digest>,
    ages: &BTreeMap<Tag, Age>,
) -> Vec<Row<'t>> {
    let decision = |verdict: &'t Verdict| Decision {
        outcome: verdict.outcome,
        rule: verdict.rule,
        reason: &verdict.reason,
    };
    shown
        .iter()
        .map(|shown| Row {
            tag: shown.tag,
            digest: digests.get(shown.tag),
            age: ages.get(shown.tag).copied(),
            verdict: shown.verdict.map(decision),
        })
        .collect()
}
