use clap::Args;

use super::super::context::{Context, Stop};
use super::super::reports::ReportArgs;
use super::super::settle::{Request, settle};
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::resolve::Intent;

/// Move pins to what their policies choose now.
///
/// Without names, all pins move. Everything else stays as it is.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The images to move.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Move one image to this tag, if its policy allows it.
    #[arg(long, value_name = "TAG", requires = "names")]
    pub precise: Option<String>,
    /// Show what would change, and write nothing.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// With --dry-run: exit with code 1 if something would change.
    #[arg(long, requires = "dry_run")]
    pub exit_code: bool,
    /// Keep the old pin of an image that fails, and write the rest.
    #[arg(long)]
    pub keep_going: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

pub(in crate::cli) fn run(args: UpdateArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let intent = match (args.precise, args.names.as_slice()) {
        (None, _) => Intent::Update {
            names: args.names.into_iter().collect(),
        },
        (Some(tag), [name]) => {
            let tag = Tag::parse(&tag).map_err(|error| Diagnostic::of(&error))?;
            Intent::Precise {
                name: name.clone(),
                tag,
            }
        }
        (Some(_), _) => {
            return Err(Diagnostic::new(Code::Usage, "--precise takes exactly one image").into());
        }
    };
    let request = Request {
        intent,
        keep_going: args.keep_going,
        dry_run: args.dry_run,
        exit_code: args.exit_code,
        report: &args.report,
    };
    settle(context, &request)
}
