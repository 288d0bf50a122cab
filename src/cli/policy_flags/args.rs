use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::policy::{Direction, Level, Strategy};

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
    #[arg(long, value_name = "ORDER", value_parser = orders())]
    pub order: Option<Direction>,
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
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    pub level: Option<Level>,
    /// Also tags below --current.
    #[arg(long)]
    pub allow_downgrade: bool,
}

impl PolicyArgs {
    /// Says whether any flag describes a policy.
    pub(in crate::cli) fn is_given(&self) -> bool {
        let texts = [
            &self.strategy,
            &self.constraint,
            &self.tag,
            &self.scheme,
            &self.suffix,
            &self.extract_pattern,
            &self.extract_value,
            &self.prerelease,
            &self.current,
        ];
        texts.into_iter().any(Option::is_some)
            || self.order.is_some()
            || self.level.is_some()
            || self.allow_downgrade
            || !self.allow_tags.is_empty()
            || !self.ignore_tags.is_empty()
    }
}

fn orders() -> impl TypedValueParser<Value = Direction> {
    PossibleValuesParser::new(Direction::NAMES.map(|(name, _)| name))
        .try_map(|name| Direction::named(&name).ok_or("not an order"))
}

fn levels() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::NAMES.map(|(name, _)| name))
        .try_map(|name| Level::named(&name).ok_or("not a level"))
}
