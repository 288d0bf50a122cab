use clap::{Args, ValueEnum};

use super::super::context::{CommandError, Context};
use crate::report::{auth, catalog, doctor, inspection, outdated, plan, tags, verdicts};
use crate::{config, lock, report, stats};

/// The arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Schema to print.
    #[arg(value_enum, default_value_t = Which::Config)]
    pub which: Which,
}

/// The schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// images.toml, images.yaml and images.json.
    Config,
    /// images.lock, and `list --format json`.
    Lock,
    /// `--format json` of `diff`, `lock` and `update`.
    Diff,
    /// `--format json` of `pick` and `why`.
    Verdicts,
    /// `outdated --format json`.
    Outdated,
    /// `tags --format json`.
    Tags,
    /// `inspect --format json`.
    Inspect,
    /// `catalog --format json`.
    Catalog,
    /// `registry doctor --format json`.
    Doctor,
    /// `auth status --format json`.
    Auth,
    /// `--plan=json` of `lock` and `update`.
    Plan,
    /// `--stats json` of every command.
    Stats,
}

pub(in crate::cli) fn run(
    args: &SchemaArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let text = match args.which {
        Which::Config => config::SCHEMA,
        Which::Lock => lock::SCHEMA,
        Which::Diff => report::SCHEMA,
        Which::Verdicts => verdicts::SCHEMA,
        Which::Outdated => outdated::SCHEMA,
        Which::Tags => tags::SCHEMA,
        Which::Inspect => inspection::SCHEMA,
        Which::Catalog => catalog::SCHEMA,
        Which::Doctor => doctor::SCHEMA,
        Which::Auth => auth::SCHEMA,
        Which::Plan => plan::SCHEMA,
        Which::Stats => stats::SCHEMA,
    };
    Ok(context.terminal.data(text)?)
}
