use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::output_format::OutputFormat;
use super::super::table::{TextTable, lines};
use crate::lock::{LockDocument, Pin};
use crate::report::json;
use crate::workspace::list;

/// The arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print the pinned references, one per line.
    #[arg(long, conflicts_with = "format")]
    pub refs: bool,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

pub(in crate::cli) fn run(args: &ListArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let lock = list(&context.lock_file()?)?;
    let text = match args.format {
        _ if args.refs => lines(lock.images.iter().map(Pin::reference)),
        OutputFormat::Json => json(&LockDocument::from(&lock)),
        OutputFormat::Text => {
            let mut table = TextTable::new(["NAME", "IMAGE", "TAG", "DIGEST", "POLICY"]);
            for entry in &lock.images {
                table.row([
                    entry.name.as_str(),
                    &entry.image.familiar(),
                    entry.tag.as_str(),
                    entry.digest.short(),
                    &entry.policy,
                ]);
            }
            table.to_string()
        }
    };
    Ok(context.terminal.output(args.format, &text)?)
}
