use clap::{Args, Command};
use clap_complete::Shell;

use super::super::context::{CommandError, Context};

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that runs the script.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints the script for the program with these commands and flags.
pub(in crate::cli) fn run(
    args: &CompletionsArgs,
    mut program: Command,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "imagelock", &mut script);
    Ok(context.terminal.data(&String::from_utf8_lossy(&script))?)
}
