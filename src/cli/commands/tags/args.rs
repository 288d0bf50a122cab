use clap::{Args, ValueEnum};

use super::super::super::output_format::OutputFormat;
use super::super::super::policy_flags::PolicyArgs;

/// The arguments of `tags`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock tags nginx --constraint '^1.27' --limit 5\n  \
    imagelock tags ghcr.io/acme/api --allow-tags 'main-*' --strategy newest-build --dates\n  \
    imagelock tags redis --constraint 7.x --suffix -alpine --all")]
pub struct TagsArgs {
    /// Repository, such as `nginx` or `ghcr.io/acme/api`.
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// Show the digest of each tag.
    #[arg(long)]
    pub digests: bool,
    /// Show the date of each tag, and the source of that date.
    #[arg(long)]
    pub dates: bool,
    /// Also show the tags that the policy rejects, with the rule that decided about each tag.
    #[arg(long)]
    pub all: bool,
    /// Sort the tags [default: registry, or best first with a policy].
    #[arg(long, value_name = "ORDER", value_enum)]
    pub sort: Option<Sort>,
    /// Show at most N tags: the first in the order.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// An order of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// The registry's order.
    Registry,
    /// By name, in byte order.
    Name,
    /// Highest version first, then tags that are not versions.
    Version,
    /// Newest first, then tags without a date. Determines the date of every tag.
    Date,
}
