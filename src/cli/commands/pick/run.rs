use super::super::super::context::{Context, Stop};
use super::super::super::form::{Form, json};
use super::super::super::table::lines;
use super::args::PickArgs;
use super::verdicts::Verdicts;
use super::{input, policy};
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Outcome, Question, Verdict};

pub(in crate::cli) fn run(args: &PickArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let policy = policy::policy(args)?;
    let current = args.current.as_deref().map(Tag::parse);
    let current = current
        .transpose()
        .map_err(|error| Diagnostic::of(&error))?;
    let bytes = context.terminal.input()?;
    let input = input::read(&String::from_utf8_lossy(&bytes), policy.needs_dates())?;
    let question = Question::of(&input.tags)
        .dates(&input.dates)
        .current(current.as_ref())
        .level(args.level)
        .allow_downgrade(args.allow_downgrade);
    let chosen = if args.all || args.format == Form::Json {
        let verdicts = policy.evaluate(&question);
        context.terminal.data(&match args.format {
            Form::Json => json(&Verdicts::new(policy.to_string(), &verdicts)),
            Form::Text => allowed(&verdicts),
        })?;
        policy.choose(&question)
    } else {
        let chosen = policy.choose(&question);
        if let Some(tag) = chosen {
            context.terminal.data(&format!("{tag}\n"))?;
        }
        chosen
    };
    for lint in policy
        .quirks()
        .into_iter()
        .chain(policy.lint(&question, chosen))
    {
        let notice = Diagnostic::new(lint.code, lint.message).help(lint.help);
        context.terminal.problem(&notice)?;
    }
    if chosen.is_some() {
        return Ok(());
    }
    let message = format!("none of the tags satisfies `{policy}`");
    let nearest = policy.nearest(&question);
    let mut diagnostic = Diagnostic::new(Code::NoTagFits, message);
    diagnostic.notes = nearest.notes();
    diagnostic.help.extend(nearest.help());
    Err(diagnostic.into())
}

fn allowed(verdicts: &[Verdict]) -> String {
    let allowed = verdicts
        .iter()
        .filter(|verdict| verdict.outcome != Outcome::Dropped);
    lines(allowed.map(|verdict| &verdict.tag))
}
