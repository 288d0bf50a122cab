use clap::Args;

use super::super::super::output_format::OutputFormat;
use super::super::super::policy_flags::PolicyArgs;

/// Let a policy, given by flags, choose among the tags on standard input.
///
/// The tags come one a line; the chosen one goes to standard output. With the strategy `newest-build`
/// each tag is followed by a blank or a tab and its date in RFC 3339; of several dates of one tag the
/// latest counts. Exit code 4 if none fits.
#[derive(Debug, Args)]
pub struct PickArgs {
    /// Print every allowed tag, best first.
    #[arg(long)]
    pub all: bool,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
    #[command(flatten)]
    pub policy: PolicyArgs,
}
