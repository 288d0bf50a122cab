use clap::Args;

use super::super::context::{Context, Stop};
use super::super::form::{Form, json};
use super::super::table::{Table, lines};
use crate::lock::{LockDocument, Pin};

/// The arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Print the pinned references, one per line.
    #[arg(long, conflicts_with = "format")]
    pub refs: bool,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

pub(in crate::cli) fn run(args: &ListArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let (_, lock) = context.lock()?;
    let text = match args.format {
        _ if args.refs => lines(lock.images.iter().map(Pin::reference)),
        Form::Json => json(&LockDocument::from(&lock)),
        Form::Text => {
            let mut table = Table::new(["NAME", "IMAGE", "TAG", "DIGEST", "POLICY"]);
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
