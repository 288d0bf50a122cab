use clap::{Args, ValueEnum};

use super::super::super::form::Form;
use super::super::super::policy_flags::PolicyArgs;

/// The arguments of `tags`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock tags nginx --constraint '^1.27' --limit 5\n  \
    imagelock tags ghcr.io/acme/api --allow-tags 'main-*' --strategy newest-build --dates\n  \
    imagelock tags redis --constraint 7.x --suffix -alpine --all")]
pub struct TagsArgs {
    /// The repository, such as `nginx` or `ghcr.io/acme/api`.
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// Show the digest of each tag.
    #[arg(long)]
    pub digests: bool,
    /// Show the date of each tag, and whose word that is.
    #[arg(long)]
    pub dates: bool,
    /// Show the tags that the policy drops as well, and the rule that decided about each.
    #[arg(long)]
    pub all: bool,
    /// The order; without a policy it is the registry's, with one the best comes first.
    #[arg(long, value_name = "ORDER", value_enum)]
    pub sort: Option<Sort>,
    /// Show so many at most, the first ones in the order.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// An order of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// As the registry lists them.
    Registry,
    /// By name, in byte order.
    Name,
    /// The highest version first, then what is no version.
    Version,
    /// The newest first, then those without a date; each is looked at.
    Date,
}
