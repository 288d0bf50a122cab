use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::policy::{Direction, ExtractPart, Level, OptionValue, Options, PolicyOption, Strategy};
use crate::syntax::Spanned;

/// A policy in the form of flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub struct PolicyArgs {
    /// How tags are ordered; `digest` with --tag, otherwise `semver` unless it is given.
    #[arg(long, value_name = "STRATEGY", value_parser = PossibleValuesParser::new(Strategy::NAMES))]
    pub strategy: Option<String>,
    /// The versions that are allowed, for `semver` and `calver`.
    #[arg(long, value_name = "CONSTRAINT")]
    pub constraint: Option<String>,
    /// The tag to follow, for `digest`.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// How versions are written, for `calver`: `YYYY.0M.0D`, `YY.MM.MICRO-MODIFIER`.
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Option<String>,
    /// Which end is taken, for `numerical` and `alphabetical`: the highest (`asc`, which is assumed)
    /// or the lowest (`desc`).
    #[arg(long, value_name = "ORDER", value_parser = names(&Direction::NAMES))]
    pub order: Option<String>,
    /// Only tags that end so, plain or a glob; taken off before the version is read.
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    pub suffix: Option<String>,
    /// A regular expression around what the strategy works on in place of the tag.
    #[arg(long, value_name = "REGEX", allow_hyphen_values = true)]
    pub extract_pattern: Option<String>,
    /// What to take from --extract-pattern, such as `$1` or `$name`.
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    pub extract_value: Option<String>,
    /// Only tags that match: `regexp:RE`, `glob:G`, a bare glob, or `any`. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    pub allow_tags: Vec<String>,
    /// No tags that match. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    pub ignore_tags: Vec<String>,
    /// Which prereleases are allowed: `true`, `false`, or a list such as `rc,beta`; without this flag
    /// the constraint says so.
    #[arg(long, value_name = "BOOL|LIST", num_args = 0..=1, default_missing_value = "true")]
    pub prerelease: Option<String>,
    /// The tag in use now: nothing below it is taken, and of equal versions the one written alike is.
    #[arg(long, value_name = "TAG")]
    pub current: Option<String>,
    /// How far from --current the new tag may be.
    #[arg(long, value_name = "LEVEL", value_parser = names(&Level::NAMES))]
    pub level: Option<String>,
    /// Also tags below --current.
    #[arg(long)]
    pub allow_downgrade: bool,
}

impl PolicyArgs {
    /// Says whether any flag describes a policy.
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
