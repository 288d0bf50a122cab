use clap::{Args, Subcommand};

use crate::cli::form::Form;

/// The arguments of `auth`.
#[derive(Debug, Args)]
pub struct AuthArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: AuthAction,
}

/// What can be done with credentials: look where they are. `docker login` and others put them there.
#[derive(Debug, Subcommand)]
pub enum AuthAction {
    /// Show which source would give credentials for each registry, never the credentials.
    ///
    /// Files are read and credential helpers are run; no registry and no cloud is asked, so that
    /// nothing is said of whether a registry would accept them.
    Status(StatusArgs),
}

/// What to show.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Registries or repositories, such as `ghcr.io` or `quay.io/acme/api`. Without any: those of
    /// the config, or, where there is no config, those that the credential files name.
    #[arg(value_name = "REGISTRY")]
    pub registries: Vec<String>,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}
