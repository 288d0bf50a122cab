use super::super::super::context::{Context, Stop};
use super::super::super::form::{Form, json};
use super::super::super::policy_flags::FlagPolicy;
use super::super::super::table::lines;
use super::args::PickArgs;
use super::input;
use super::verdicts::Verdicts;
use crate::policy::{Outcome, Verdict};

pub(in crate::cli) fn run(args: &PickArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let asked = FlagPolicy::read(&args.policy)?;
    let policy = &asked.policy;
    let bytes = context.terminal.input()?;
    let input = input::read(&String::from_utf8_lossy(&bytes), policy.needs_dates())?;
    let candidates = asked.candidates(&input.tags, &input.dates);
    let chosen = policy.choose(&candidates);
    if args.all || args.format == Form::Json {
        let verdicts = policy.evaluate(&candidates);
        let text = match args.format {
            Form::Json => json(&Verdicts::new(policy.to_string(), &verdicts)),
            Form::Text => allowed(&verdicts),
        };
        context.terminal.output(args.format, &text)?;
    } else if let Some(tag) = chosen {
        context.terminal.data(&format!("{tag}\n"))?;
    }
    for notice in asked.notices(&candidates, chosen) {
        context.terminal.problem(&notice)?;
    }
    if chosen.is_some() {
        return Ok(());
    }
    Err(asked.no_match(&candidates).into())
}

fn allowed(verdicts: &[Verdict]) -> String {
    let allowed = verdicts
        .iter()
        .filter(|verdict| verdict.outcome != Outcome::Dropped);
    lines(allowed.map(|verdict| &verdict.tag))
}
