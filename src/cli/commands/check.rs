use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::counts::images;
use crate::workspace::check;

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {}

pub(in crate::cli) fn run(
    _args: &CheckArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let workspace = context.workspace()?;
    let lock = check(&workspace)?;
    let (name, count) = (workspace.lock_name(), images(lock.images.len()));
    let line = format!("{name} is in line with the config ({count})");
    Ok(context.terminal.status(&line)?)
}
