//! What is wrong with options, in the words of flags.

use super::PolicyArgs;
use crate::error::{Code, Diagnostic, Fault, Place, TextError};
use crate::policy::{ExtractPart, OptionProblem, PolicyOption, StrategyKind};
use crate::syntax::Spanned;

/// Says what is wrong.
pub(super) fn diagnostic(problem: &OptionProblem, args: &PolicyArgs) -> Diagnostic {
    match problem {
        OptionProblem::NoEffect { option, strategy } => {
            let is_pattern_given = args.extract_pattern.is_some();
            let part = if is_pattern_given {
                ExtractPart::Pattern
            } else {
                ExtractPart::Value
            };
            no_effect(*option, &flag(*option, Some(part)), *strategy)
        }
        OptionProblem::Missing { option, strategy } => {
            let (what, example) = match option {
                PolicyOption::Scheme => ("a scheme", "--scheme YYYY.MM.MICRO"),
                _ => ("a tag to follow", "--tag latest"),
            };
            missing(&format!("the strategy `{strategy}`"), what, example)
        }
        OptionProblem::MissingPart { part } => {
            let (other, what, example) = match part {
                ExtractPart::Pattern => (
                    ExtractPart::Value,
                    "a pattern",
                    r"--extract-pattern '^main-(\d+)$'",
                ),
                ExtractPart::Value => (ExtractPart::Pattern, "a value", "--extract-value '$1'"),
            };
            let flag = flag(PolicyOption::Extract, Some(other));
            missing(&format!("`{flag}`"), what, example)
        }
        OptionProblem::Malformed {
            option,
            part,
            text,
            error,
        } => {
            // The items of a list that is one value are marked in it.
            let whole = match (option, &args.prerelease) {
                (PolicyOption::Prerelease, Some(whole)) => Spanned {
                    value: whole.clone(),
                    span: text.span.clone(),
                },
                _ => Spanned {
                    value: text.value.clone(),
                    span: 0..0,
                },
            };
            marked(error, &flag(*option, *part), whole)
        }
        OptionProblem::SuffixBesideExtract => contradiction(
            "`--suffix` does not go with `--extract-pattern`".into(),
            "put the suffix into the pattern, behind the group".into(),
        ),
        OptionProblem::PrereleaseWithoutModifier { scheme } => contradiction(
            format!("`--prerelease` has no effect: `{scheme}` has no `MODIFIER`"),
            format!("leave it out, or write `--scheme {scheme}-MODIFIER`"),
        ),
        other => Diagnostic::of(other),
    }
}

/// Returns the name of an option's flag.
fn flag(option: PolicyOption, part: Option<ExtractPart>) -> String {
    match part {
        Some(part) if option == PolicyOption::Extract => format!("--{option}-{part}"),
        _ => format!("--{option}"),
    }
}

fn no_effect(option: PolicyOption, flag: &str, strategy: StrategyKind) -> Diagnostic {
    let help = match (option, strategy) {
        (PolicyOption::Constraint, StrategyKind::Digest) => {
            "name the tag to follow with `--tag`".into()
        }
        (PolicyOption::Tag, _) => "leave out the strategy to follow the tag".into(),
        _ => help_to_leave_out(option.strategies()),
    };
    idle(flag, strategy, help)
}

/// Refuses the tag in use for a strategy that does not look at it.
pub(super) fn idle_current() -> Diagnostic {
    // It bounds the choice among many tags, as a floor does.
    let help = help_to_leave_out(PolicyOption::AllowDowngrade.strategies());
    idle("--current", StrategyKind::Digest, help)
}

/// Refuses an option that is about the tag in use where there is none.
pub(super) fn without_current(option: PolicyOption) -> Diagnostic {
    contradiction(
        format!("`--{option}` has no effect without `--current`"),
        "name the tag in use now with `--current`".into(),
    )
}

fn idle(flag: &str, strategy: StrategyKind, help: String) -> Diagnostic {
    let message = format!("`{flag}` has no effect with the strategy `{strategy}`");
    contradiction(message, help)
}

fn help_to_leave_out(strategies: &[StrategyKind]) -> String {
    let names: Vec<_> = strategies.iter().map(|name| format!("`{name}`")).collect();
    format!("leave it out; it is for {}", names.join(", "))
}

fn contradiction(message: String, help: String) -> Diagnostic {
    Diagnostic::new(Code::ContradictoryOptions, message).help(help)
}

fn missing(subject: &str, what: &str, example: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingKey, format!("{subject} needs {what}"))
        .help(format!("add it, such as `{example}`"))
}

/// Returns the problem of a flag's value, with the place in the value marked.
fn marked(error: &TextError, flag: &str, text: Spanned<String>) -> Diagnostic {
    let start = text.span.start + error.offset;
    let place = Place {
        file: flag.into(),
        text: text.value.into(),
        span: start..start + error.length,
        label: String::new(),
    };
    Diagnostic::of(error as &dyn Fault).at(place)
}
