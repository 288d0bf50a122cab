use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::policy::{Direction, Level, Strategy};

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
    #[arg(long, value_name = "ORDER", value_parser = orders())]
    pub order: Option<Direction>,
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
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    pub level: Option<Level>,
    /// Also allow tags lower than --current.
    #[arg(long)]
    pub allow_downgrade: bool,
}

impl PolicyArgs {
    /// Returns `true` if any flag describes a policy.
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
