use clap::Args;

use super::super::super::output_format::OutputFormat;
use super::super::super::policy_flags::PolicyArgs;

/// The arguments of `pick`.
#[derive(Debug, Args)]
pub struct PickArgs {
    /// Print all allowed tags, best first.
    #[arg(long)]
    pub all: bool,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
    #[command(flatten)]
    pub policy: PolicyArgs,
}
