use clap::{Args, ValueEnum};

use super::super::context::{Context, Stop};
use super::super::forecast;
use super::{auth, catalog, inspect, outdated, pick, registry, tags};
use crate::{config, figures, lock, report};

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

pub(in crate::cli) fn run(args: &SchemaArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let text = match args.which {
        Which::Config => config::SCHEMA,
        Which::Lock => lock::SCHEMA,
        Which::Diff => report::SCHEMA,
        Which::Verdicts => pick::SCHEMA,
        Which::Outdated => outdated::SCHEMA,
        Which::Tags => tags::SCHEMA,
        Which::Inspect => inspect::SCHEMA,
        Which::Catalog => catalog::SCHEMA,
        Which::Doctor => registry::SCHEMA,
        Which::Auth => auth::SCHEMA,
        Which::Plan => forecast::SCHEMA,
        Which::Stats => figures::SCHEMA,
    };
    Ok(context.terminal.data(text)?)
}
