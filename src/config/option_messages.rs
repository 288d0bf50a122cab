//! What is wrong with the options of a table, in the words of the config.

use std::ops::Range;

use super::options::{Reader, Scope, shortened};
use super::words::nearest;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::{ExtractPart, OptionProblem, Options, PolicyOption, Strategy, StrategyKind};

/// A table of options, as far as messages need to know it.
pub(super) struct OptionTable<'t> {
    pub(super) options: &'t Options,
    pub(super) scope: Scope<'t>,
    /// What is marked where an option that is meant is not there.
    pub(super) key: Range<usize>,
    /// Whether the first pass has left the table as it is: else nothing can be said about what is missing.
    pub(super) is_whole: bool,
}

impl OptionTable<'_> {
    /// Returns the bytes of an option's key.
    pub(super) fn key_of(&self, option: PolicyOption) -> Range<usize> {
        let written = self.options.written(option);
        written.map_or_else(|| self.key.clone(), |written| written.key.clone())
    }

    /// Returns the bytes of an option's value.
    pub(super) fn value_of(&self, option: PolicyOption) -> Range<usize> {
        let written = self.options.value(option);
        written.map_or_else(|| self.key.clone(), |written| written.span.clone())
    }
}

impl Reader<'_, '_> {
    /// Reports what is wrong with the options of a table.
    pub(super) fn report_options(&mut self, table: &OptionTable<'_>, problems: Vec<OptionProblem>) {
        for problem in problems {
            self.report_option(table, problem);
        }
    }

    fn report_option(&mut self, table: &OptionTable<'_>, problem: OptionProblem) {
        let general = Diagnostic::of(&problem);
        let (diagnostic, span) = match problem {
            OptionProblem::Malformed {
                option,
                part,
                text,
                mut error,
            } => {
                if let Some(help) = self.help_to_follow(table, option, &text.value) {
                    error.help = Some(help);
                }
                let what = what_it_is(option, part);
                self.report_text(table.scope, &text.span, &text.value, what, &error);
                return;
            }
            OptionProblem::Missing { option, .. } if table.is_whole => {
                let span = table.value_of(PolicyOption::Strategy);
                (general.help(self.help_to_add(table, option)), span)
            }
            // The first pass has told.
            OptionProblem::Missing { .. } | OptionProblem::MissingPart { .. } => return,
            OptionProblem::UnknownStrategy { name } => (unknown_strategy(&name.value), name.span),
            OptionProblem::NoEffect { option, strategy } => {
                let diagnostic = without_effect(option, strategy, table.options);
                (diagnostic, table.key_of(option))
            }
            OptionProblem::UnknownWord {
                option,
                word,
                known,
            } => (unknown_word(option, &word.value, &known), word.span),
            OptionProblem::BadTag { text, .. } if text.value.contains('@') => {
                let help = "leave out the digest: the lock holds it";
                (general.help(help), text.span)
            }
            OptionProblem::BadTag { text, .. } => (general, text.span),
            OptionProblem::BadPlatform { span, .. } => (general, span),
            OptionProblem::EmptyList { option, span } => (empty_list(option), span),
            OptionProblem::CooldownWithoutLength { span } => {
                let help = "write how old a tag must be, such as `3 days`";
                (general.help(help), span)
            }
            OptionProblem::SuffixBesideExtract => {
                let help = "write the suffix into the `pattern` of `extract`, and remove `suffix`";
                (general.help(help), table.key_of(PolicyOption::Suffix))
            }
            OptionProblem::PrereleaseWithoutModifier { .. } => {
                let help = "remove `prerelease`, or end the scheme with `-MODIFIER`";
                (general.help(help), table.key_of(PolicyOption::Prerelease))
            }
            OptionProblem::DigestUpdatesBesideImmutable => {
                let help = "an immutable tag names one digest for ever: remove one of the two";
                let span = table.key_of(PolicyOption::DigestUpdates);
                (general.help(help), span)
            }
        };
        self.report(table.scope, diagnostic, span, "");
    }

    /// Says how to follow a tag that somebody has written as a constraint.
    fn help_to_follow(
        &self,
        table: &OptionTable<'_>,
        option: PolicyOption,
        text: &str,
    ) -> Option<String> {
        let starts_with_letter = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let is_constraint = option == PolicyOption::Constraint
            && table.options.strategy() == Ok(StrategyKind::Semver);
        (is_constraint && starts_with_letter && Tag::parse(text).is_ok()).then(|| {
            let entry = self.notation(table.scope, PolicyOption::Tag, &format!("\"{text}\""));
            format!("to follow the tag `{text}`, write `{entry}`")
        })
    }

    /// Says how an option is written that the strategy needs.
    fn help_to_add(&self, table: &OptionTable<'_>, option: PolicyOption) -> String {
        match option {
            PolicyOption::Scheme => {
                let notation = self.notation(table.scope, option, "\"YYYY.0M\"");
                format!("say how the versions are written, such as `{notation}`")
            }
            _ => "name the tag to follow, such as `latest`".to_string(),
        }
    }
}

/// Returns what a text should have been.
fn what_it_is(option: PolicyOption, part: Option<ExtractPart>) -> &'static str {
    match (option, part) {
        (PolicyOption::Constraint, _) => "a constraint",
        (PolicyOption::Scheme, _) => "a scheme",
        (PolicyOption::Suffix, _) => "a suffix",
        (PolicyOption::Extract, Some(ExtractPart::Pattern)) => "a pattern to extract with",
        (PolicyOption::Extract, _) => "a value to extract",
        (PolicyOption::Prerelease, _) => "an identifier of prereleases",
        (PolicyOption::Cooldown, _) => "a length of time",
        _ => "a tag pattern",
    }
}

fn empty_list(option: PolicyOption) -> Diagnostic {
    let (message, help) = match option {
        PolicyOption::AgeEvidence => (
            format!("`{option}` is empty: no tag would have an age"),
            "name whose word counts, such as `registry`, or remove it",
        ),
        _ => (
            format!("`{option}` lists no identifier"),
            "write `false` to take none, or identifiers such as `rc`",
        ),
    };
    Diagnostic::new(Code::BadValue, message).help(help)
}

fn unknown_word(option: PolicyOption, word: &str, known: &[&str]) -> Diagnostic {
    let message = format!("`{option}` does not know `{}`", shortened(word));
    let diagnostic = Diagnostic::new(Code::BadValue, message);
    match nearest(word, known) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("write `{}`", known.join("`, `"))),
    }
}

fn unknown_strategy(name: &str) -> Diagnostic {
    let message = format!("unknown strategy `{}`", shortened(name));
    let diagnostic = Diagnostic::new(Code::UnknownStrategy, message);
    if let Some(near) = nearest(name, Strategy::NAMES) {
        return diagnostic.help(format!("did you mean `{near}`?"));
    }
    let known = Strategy::NAMES.join("`, `");
    diagnostic.help(format!("known strategies: `{known}`"))
}

fn without_effect(option: PolicyOption, strategy: StrategyKind, options: &Options) -> Diagnostic {
    let (message, help) = match (option, strategy) {
        (PolicyOption::Tag, _) => (
            format!("`tag` does not go with the strategy `{strategy}`"),
            match strategy {
                StrategyKind::Semver | StrategyKind::Calver => {
                    "remove `strategy` to follow the tag, or write `constraint` in place of `tag`"
                }
                _ => "remove `strategy` to follow the tag, or remove `tag`",
            }
            .to_string(),
        ),
        (PolicyOption::Constraint, StrategyKind::Digest)
            if options.value(PolicyOption::Tag).is_some() =>
        {
            (
                "`constraint` does not go with `tag`".to_string(),
                "keep `tag` to follow one tag, or `constraint` to choose among versions"
                    .to_string(),
            )
        }
        (PolicyOption::Constraint, StrategyKind::Digest) => (
            "`constraint` does not go with the strategy `digest`".to_string(),
            "the strategy `digest` follows one tag: write `tag` in place of `constraint`"
                .to_string(),
        ),
        (PolicyOption::Immutable, StrategyKind::Digest) => (
            "`immutable` does not go with an image that follows one tag".to_string(),
            "remove `immutable`; `digest-updates` says when the pin follows the tag".to_string(),
        ),
        (_, StrategyKind::Digest) if option.suits(StrategyKind::Semver) => (
            format!("`{option}` has no effect on an image that follows one tag"),
            format!("remove `{option}`, or write `constraint` in place of `tag`"),
        ),
        _ => {
            let suited = option.strategies().iter();
            let suited: Vec<_> = suited.map(|strategy| format!("`{strategy}`")).collect();
            (
                format!("`{option}` has no effect with the strategy `{strategy}`"),
                format!(
                    "remove `{option}`, or choose the strategy {}",
                    suited.join(" or ")
                ),
            )
        }
    };
    Diagnostic::new(Code::ContradictoryOptions, message).help(help)
}
