use clap::{Args, Subcommand};

use crate::cli::form::Form;

/// The arguments of `registry`.
#[derive(Debug, Args)]
pub struct RegistryArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: RegistryAction,
}

/// What can be found out about a registry.
#[derive(Debug, Subcommand)]
pub enum RegistryAction {
    /// Look at a registry step by step, say what is to be minded there, and print the config for it.
    ///
    /// Goes the way that `lock` goes, with some ten requests, and never writes: how it is reached, what
    /// it wants to see and whether the credentials are good, pages, digests, referrers, dates, limits. On
    /// Docker Hub no pull is used. Exit code 3 if the repository cannot be locked from.
    Doctor(DoctorArgs),
}

/// What to look at.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock registry doctor ghcr.io/acme/api\n  \
    imagelock registry doctor registry.example.com:5000/team/app --format json")]
pub struct DoctorArgs {
    /// A repository in the registry, such as `ghcr.io/acme/api`.
    #[arg(value_name = "HOST/REPO")]
    pub repository: String,
    /// The form of the output.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    pub format: Form,
}
