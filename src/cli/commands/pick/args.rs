use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::super::super::form::Form;
use crate::policy::{Direction, Level, Strategy};

/// Let a policy, given by flags, choose among the tags on standard input.
///
/// The tags come one a line; the chosen one goes to standard output. With the strategy `newest-build`
/// each tag is followed by a blank or a tab and its date in RFC 3339; of several dates of one tag the
/// latest counts. Exit code 4 if none fits.
#[derive(Debug, Args)]
pub struct PickArgs {
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
    /// Print every allowed tag, best first.
    #[arg(long)]
    pub all: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

fn orders() -> impl TypedValueParser<Value = Direction> {
    PossibleValuesParser::new(Direction::NAMES.map(|(name, _)| name))
        .try_map(|name| Direction::named(&name).ok_or("not an order"))
}

fn levels() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(Level::NAMES.map(|(name, _)| name))
        .try_map(|name| Level::named(&name).ok_or("not a level"))
}
