use clap::{Args, ValueEnum};
use serde::Serialize;

use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::super::table::{Table, lines};

use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{Outcome, Pattern, Policy, Prerelease, Question, Strategy, Suffix, Verdict};
use crate::version::Constraint;

/// Let a policy, given by flags, choose among the tags on standard input.
///
/// The tags come one a line; the chosen one goes to standard output. Exit code 4 if none fits.
#[derive(Debug, Args)]
pub struct PickArgs {
    /// How tags are ordered.
    #[arg(long, value_enum, default_value_t = Which::Semver)]
    pub strategy: Which,
    /// The versions that are allowed, or the tag to follow with the strategy `digest`.
    #[arg(long, value_name = "CONSTRAINT")]
    pub constraint: Option<String>,
    /// Only tags that end so; taken off before the version is read.
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    pub suffix: Option<String>,
    /// Only tags that match: `regexp:RE`, `glob:G`, a bare glob, or `any`. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    pub allow_tags: Vec<String>,
    /// No tags that match. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    pub ignore_tags: Vec<String>,
    /// Whether prereleases are allowed; without this flag the constraint says so.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub prerelease: Option<bool>,
    /// The tag in use now, which settles ties.
    #[arg(long, value_name = "TAG")]
    pub current: Option<String>,
    /// Print every allowed tag, best first.
    #[arg(long)]
    pub all: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// The strategies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// By version.
    Semver,
    /// One moving tag.
    Digest,
}

/// Every tag with what the policy says of it: the JSON contract `imagelock.verdicts/v1`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::cli) struct Verdicts<'v> {
    /// The contract this document follows.
    schema: &'static str,
    /// The canonical text of the policy.
    policy: String,
    /// The chosen tag; `null` if none fits.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    chosen: Option<&'v Tag>,
    /// Every distinct tag: the allowed ones best first, then the dropped ones in byte order.
    tags: &'v [Verdict],
}

/// The JSON schema of verdicts.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../schema/verdicts.schema.json");

impl<'v> Verdicts<'v> {
    pub(in crate::cli) fn new(policy: String, tags: &'v [Verdict]) -> Self {
        let chosen = tags
            .iter()
            .find(|verdict| verdict.outcome == Outcome::Chosen);
        Self {
            schema: "imagelock.verdicts/v1",
            policy,
            chosen: chosen.map(|verdict| &verdict.tag),
            tags,
        }
    }
}

pub(in crate::cli) fn run(args: &PickArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let policy = policy(args)?;
    let current = args
        .current
        .as_deref()
        .map(Tag::parse)
        .transpose()
        .map_err(|error| Diagnostic::of(&error))?;
    let tags = tags(context)?;
    let question = Question::of(&tags).current(current.as_ref());
    let none_fits = || {
        let mut diagnostic = Diagnostic::new(
            Code::NoTagFits,
            format!("none of the tags satisfies `{policy}`"),
        );
        diagnostic.notes = policy.nearest(&question).notes();
        Stop::from(diagnostic)
    };
    if args.all || args.format == Form::Json {
        let verdicts = policy.evaluate(&question);
        let text = match args.format {
            Form::Json => json(&Verdicts::new(policy.to_string(), &verdicts)),
            Form::Text => allowed(&verdicts),
        };
        context.terminal.data(&text)?;
        let any = verdicts
            .iter()
            .any(|verdict| verdict.outcome == Outcome::Chosen);
        return if any { Ok(()) } else { Err(none_fits()) };
    }
    match policy.choose(&question) {
        Some(tag) => Ok(context.terminal.data(&format!("{tag}\n"))?),
        None => Err(none_fits()),
    }
}

fn allowed(verdicts: &[Verdict]) -> String {
    let allowed = verdicts
        .iter()
        .filter(|verdict| verdict.outcome != Outcome::Dropped);
    lines(allowed.map(|verdict| &verdict.tag))
}

/// Returns verdicts as a table.
pub(in crate::cli) fn table<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> Table {
    let mut table = Table::new(["TAG", "VERDICT", "RULE", "REASON"]);
    for verdict in verdicts {
        table.row([
            verdict.tag.as_str(),
            verdict.outcome.as_str(),
            verdict.rule.as_str(),
            &verdict.reason,
        ]);
    }
    table
}

fn policy(args: &PickArgs) -> Result<Policy, Stop> {
    let strategy = match args.strategy {
        Which::Semver => {
            let text = args.constraint.as_deref().unwrap_or("*");
            Strategy::Semver {
                constraint: Constraint::parse(text).map_err(|error| {
                    marked(
                        &error,
                        "--constraint",
                        text,
                        error.offset..error.offset + error.length,
                    )
                })?,
            }
        }
        Which::Digest => {
            let Some(tag) = &args.constraint else {
                return Err(Diagnostic::new(
                    Code::MissingKey,
                    "the strategy `digest` needs a tag to follow",
                )
                .help("name it with --constraint, such as `--constraint latest`")
                .into());
            };
            Strategy::Digest {
                tag: Tag::parse(tag).map_err(|error| Diagnostic::of(&error))?,
            }
        }
    };
    let patterns = |texts: &[String], flag: &str| {
        texts
            .iter()
            .map(|text| {
                Pattern::parse(text).map_err(|error| {
                    marked(
                        &error,
                        flag,
                        text,
                        error.offset..error.offset + error.length,
                    )
                })
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let suffix = args.suffix.as_deref().filter(|suffix| !suffix.is_empty());
    let suffix = suffix.map(|text| {
        Suffix::parse(text).map_err(|error| {
            let span = error.offset..error.offset + error.length;
            marked(&error, "--suffix", text, span)
        })
    });
    Ok(Policy {
        strategy,
        suffix: suffix.transpose()?,
        extract: None,
        allow_tags: patterns(&args.allow_tags, "--allow-tags")?,
        ignore_tags: patterns(&args.ignore_tags, "--ignore-tags")?,
        prerelease: args.prerelease.map(|taken| {
            if taken {
                Prerelease::Always
            } else {
                Prerelease::Never
            }
        }),
    })
}

/// Returns the problem of a flag's value, with the place in the value marked.
fn marked(
    fault: &dyn crate::error::Fault,
    flag: &str,
    text: &str,
    span: std::ops::Range<usize>,
) -> Stop {
    let place = crate::error::Place {
        file: flag.into(),
        text: text.into(),
        span,
        label: String::new(),
    };
    Diagnostic::of(fault).at(place).into()
}

fn tags(context: &mut Context<'_>) -> Result<Vec<Tag>, Stop> {
    let bytes = context.terminal.input()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut tags = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let tag = Tag::parse(line).map_err(|error| {
            Diagnostic::of(&error).note(format!("it is line {} of standard input", index + 1))
        })?;
        tags.push(tag);
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Verdicts<'static>>(
            "schema/verdicts.schema.json",
            SCHEMA,
            "verdicts",
        );
    }
}
