use clap::{Args, Subcommand};

use crate::cli::output_format::OutputFormat;

/// The arguments of `registry`.
#[derive(Debug, Args)]
pub struct RegistryArgs {
    /// The action.
    #[command(subcommand)]
    pub action: RegistryAction,
}

/// The actions on a registry.
#[derive(Debug, Subcommand)]
pub enum RegistryAction {
    /// Diagnose a registry step by step and print the config that it needs.
    ///
    /// Runs the same steps as `lock`, with about ten requests, and never writes. Reports connectivity, the
    /// required authentication and whether the credentials work, pagination, digests, referrers, dates and
    /// limits. Uses no pull on Docker Hub. The exit code is 3 if the repository cannot be used with `lock`.
    Doctor(DoctorArgs),
}

/// The arguments of `registry doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock registry doctor ghcr.io/acme/api\n  \
    imagelock registry doctor registry.example.com:5000/team/app --format json")]
pub struct DoctorArgs {
    /// Repository in the registry, such as `ghcr.io/acme/api`.
    #[arg(value_name = "HOST/REPO")]
    pub repository: String,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}
