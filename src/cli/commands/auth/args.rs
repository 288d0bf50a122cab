use clap::{Args, Subcommand};

use crate::cli::output_format::OutputFormat;

/// The arguments of `auth`.
#[derive(Debug, Args)]
pub struct AuthArgs {
    /// The action.
    #[command(subcommand)]
    pub action: AuthAction,
}

/// The actions on credentials.
#[derive(Debug, Subcommand)]
pub enum AuthAction {
    /// Show which source provides the credentials for each registry, never the credentials.
    ///
    /// Reads files and runs credential helpers. Sends no request to a registry or a cloud, so it cannot tell
    /// whether a registry accepts the credentials.
    Status(StatusArgs),
}

/// The arguments of `auth status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Registries or repositories, such as `ghcr.io` or `quay.io/acme/api` [default: those in the config,
    /// or without a config those in the credential files].
    #[arg(value_name = "REGISTRY")]
    pub registries: Vec<String>,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}
