use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::policy::{Direction, ExtractPart, Level, OptionValue, Options, PolicyOption, Strategy};
use crate::syntax::Spanned;

/// A policy given as flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub struct PolicyArgs {
    /// Order tags by this strategy [default: `digest` with --tag, otherwise `semver`].
    #[arg(long, value_name = "STRATEGY", value_parser = PossibleValuesParser::new(Strategy::NAMES))]
    pub strategy: Option<String>,
    /// Allow only these versions (`semver` and `calver`).
    #[arg(long, value_name = "CONSTRAINT")]
    pub constraint: Option<String>,
    /// Follow this tag (`digest`).
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Read versions in this format (`calver`), such as `YYYY.0M.0D` or `YY.MM.MICRO-MODIFIER`.
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Option<String>,
    /// Choose the highest (`asc`) or the lowest (`desc`) tag (`numerical` and `alphabetical`) [default:
    /// asc].
    #[arg(long, value_name = "ORDER", value_parser = names(&Direction::NAMES))]
    pub order: Option<String>,
    /// Allow only tags with this ending, a string or a glob; it is removed before the version is read.
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    pub suffix: Option<String>,
    /// Regular expression whose groups give the value to compare instead of the whole tag.
    #[arg(long, value_name = "REGEX", allow_hyphen_values = true)]
    pub extract_pattern: Option<String>,
    /// Build the value to compare from the groups of --extract-pattern, such as `$1` or `$name`.
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    pub extract_value: Option<String>,
    /// Allow only tags that match: `regexp:RE`, `glob:G`, a bare glob, or `any`. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    pub allow_tags: Vec<String>,
    /// Ignore tags that match. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    pub ignore_tags: Vec<String>,
    /// Allow prereleases: `true`, `false`, or a list such as `rc,beta` [default: the constraint
    /// decides].
    #[arg(long, value_name = "BOOL|LIST", num_args = 0..=1, default_missing_value = "true")]
    pub prerelease: Option<String>,
    /// Current tag. Lower tags are not chosen; among equal versions, the same spelling is preferred.
    #[arg(long, value_name = "TAG")]
    pub current: Option<String>,
    /// Limit the version step from --current.
    #[arg(long, value_name = "LEVEL", value_parser = names(&Level::NAMES))]
    pub level: Option<String>,
    /// Also allow tags lower than --current.
    #[arg(long)]
    pub allow_downgrade: bool,
}

impl PolicyArgs {
    /// Returns `true` if any flag describes a policy.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.current.is_some() || !self.options().is_empty()
    }

    /// Returns the options that the flags are; the places are those in the flags' values.
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        let mut add = |option, value| options.set(option, value);
        for (option, text) in [
            (PolicyOption::Strategy, &self.strategy),
            (PolicyOption::Constraint, &self.constraint),
            (PolicyOption::Tag, &self.tag),
            (PolicyOption::Scheme, &self.scheme),
            (PolicyOption::Order, &self.order),
            (PolicyOption::Suffix, &self.suffix),
            (PolicyOption::Level, &self.level),
        ] {
            if let Some(text) = text {
                add(option, OptionValue::Text(text.clone()));
            }
        }
        for (option, texts) in [
            (PolicyOption::AllowTags, &self.allow_tags),
            (PolicyOption::IgnoreTags, &self.ignore_tags),
        ] {
            if !texts.is_empty() {
                add(option, OptionValue::list(texts.iter().cloned()));
            }
        }
        if self.extract_pattern.is_some() || self.extract_value.is_some() {
            let part = |part, text: &Option<String>| Some((part, spanned(0, text.as_deref()?)));
            let parts = [
                part(ExtractPart::Pattern, &self.extract_pattern),
                part(ExtractPart::Value, &self.extract_value),
            ];
            let parts = parts.into_iter().flatten();
            add(PolicyOption::Extract, OptionValue::Extract(parts.collect()));
        }
        if let Some(text) = &self.prerelease {
            add(PolicyOption::Prerelease, switch_or_list(text));
        }
        if self.allow_downgrade {
            add(PolicyOption::AllowDowngrade, OptionValue::Bool(true));
        }
        options
    }
}

fn switch_or_list(text: &str) -> OptionValue {
    match text {
        "true" => OptionValue::Bool(true),
        "false" => OptionValue::Bool(false),
        _ => {
            let mut offset = 0;
            let words = text.split(',').map(|word| {
                let start = offset;
                offset += word.len() + 1;
                spanned(start, word)
            });
            OptionValue::List(words.collect())
        }
    }
}

fn spanned(start: usize, text: &str) -> Spanned<String> {
    Spanned {
        value: text.to_string(),
        span: start..start + text.len(),
    }
}

fn names<T>(names: &[(&'static str, T)]) -> PossibleValuesParser {
    PossibleValuesParser::new(names.iter().map(|(name, _)| *name))
}
