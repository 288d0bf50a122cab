use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::counts::images;
use super::super::limits::LimitArgs;
use super::super::lock_update::show_failures;
use super::super::output_format::OutputFormat;
use super::super::table::TextTable;
use crate::report::outdated::OutdatedImage;
use crate::report::{day, escape, json};
use crate::resolve;
use crate::workspace::{Outdated, outdated};

/// The arguments of `outdated`.
#[derive(Debug, Args)]
pub struct OutdatedArgs {
    /// Images to show: keys of [images] [default: all].
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Also show images that are up to date.
    #[arg(long)]
    pub all: bool,
    /// Exit with code 1 if `update` would change the lock.
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

pub(in crate::cli) fn run(
    args: &OutdatedArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let workspace = context.workspace()?;
    let request = outdated(&workspace, args.names.iter().cloned().collect())?;
    let network = context.network(Some(&workspace.config), Some(&request.hosts()))?;
    let state = context.state()?;
    let options = args.limits.options(&network, &state, None)?;
    let Outdated {
        mut document,
        resolution,
        ..
    } = network.run(request.run(&network.client, &options));
    context.save_state(&state, &resolution.observations)?;
    let asked = document.images.len();
    let behind = document.images.iter().any(OutdatedImage::is_behind);
    if !args.all {
        document.images.retain(OutdatedImage::is_notable);
    }
    let up_to_date = asked - document.images.len();
    let text = match args.format {
        OutputFormat::Json => json(&document),
        OutputFormat::Text if document.images.is_empty() => String::new(),
        OutputFormat::Text => table(&document.images).to_string(),
    };
    context.terminal.output(args.format, &text)?;
    if up_to_date > 0 {
        let line = format!("{} up to date", images(up_to_date));
        context.terminal.status(&line)?;
    }
    for warning in &resolution.warnings {
        context.terminal.problem(warning)?;
    }
    show_failures(context, &resolution.failures)?;
    match resolve::worst(&resolution.failures) {
        Some(class) => Err(CommandError::Code(class.exit_code())),
        None if args.exit_code && behind => Err(CommandError::no()),
        None => Ok(()),
    }
}

fn table(images: &[OutdatedImage]) -> TextTable {
    let mut table = TextTable::new(["NAME", "CURRENT", "ALLOWED", "LATEST", "SINCE", "NOTE"]);
    let or_dash = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "-".into());
    for row in images {
        let since = row.age.map_or("-".into(), |age| {
            format!("{} ({})", day(age.since), age.evidence)
        });
        table.row([
            &row.name,
            &or_dash(&row.current),
            &or_dash(&row.allowed),
            &or_dash(&row.latest),
            &since,
            &note(row),
        ]);
    }
    table
}

/// Returns what there is to know of an image besides.
fn note(image: &OutdatedImage) -> String {
    let mut notes = Vec::new();
    if image.moved {
        notes.push("the tag names another digest".to_owned());
    }
    notes.extend(image.held.iter().map(|held| match held.eligible_at {
        Some(time) => format!("{} held until {}", held.tag, day(time)),
        None => format!("{} held: {}", held.tag, held.reason),
    }));
    notes.extend(image.failure.iter().map(|failure| failure.code.clone()));
    escape::terminal(&notes.join("; "))
}
