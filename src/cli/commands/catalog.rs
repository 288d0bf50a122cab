use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::output_format::OutputFormat;
use super::super::table::lines;
use crate::error::{Code, Diagnostic};
use crate::image::Repository;
use crate::report::catalog::CatalogDocument;
use crate::report::json;

/// The arguments of `catalog`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    imagelock catalog registry.example.com\n  \
    imagelock catalog localhost:5000 | xargs -n 1 imagelock tags --limit 1 --strategy semver")]
pub struct CatalogArgs {
    /// Registry, such as `registry.example.com` or `localhost:5000`.
    #[arg(value_name = "REGISTRY")]
    pub registry: String,
    /// Show at most N repositories: the first in the registry's order.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Choose the output format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Text)]
    pub format: OutputFormat,
}

pub(in crate::cli) fn run(
    args: &CatalogArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let registry = registry(&args.registry)?;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), Some(&[registry].into()))?;
    let repositories = network
        .run(network.client.catalog(registry))
        .map_err(|error| Diagnostic::of(&error))?;
    let limit = args.limit.unwrap_or(usize::MAX).min(repositories.len());
    let shown = &repositories[..limit];
    let text = match args.format {
        OutputFormat::Text => lines(shown),
        OutputFormat::Json => json(&CatalogDocument::new(registry, repositories.len(), shown)),
    };
    Ok(context.terminal.output(args.format, &text)?)
}

/// Reads the name of a registry.
fn registry(text: &str) -> Result<&str, Diagnostic> {
    let registry = match text {
        "index.docker.io" => "docker.io",
        other => other,
    };
    // Any path would do: whether the host is one is asked.
    if Repository::new(registry, "a/a").is_ok() {
        return Ok(registry);
    }
    let message = match text.rsplit_once('@') {
        // What stands before it may be a password.
        Some(_) => "a registry is named without credentials".into(),
        None => format!("`{text}` is not a registry"),
    };
    let help = "write a host with its port if it has one: `ghcr.io`, `localhost:5000`";
    Err(Diagnostic::new(Code::BadReference, message).help(help))
}
