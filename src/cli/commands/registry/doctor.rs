use super::args::{DoctorArgs, RegistryAction, RegistryArgs};
use super::text::text;
use crate::cli::context::{CommandError, Context};
use crate::cli::output_format::OutputFormat;
use crate::error::{Code, Diagnostic};
use crate::image::Repository;
use crate::report::doctor::DoctorDocument;
use crate::report::json;

pub(in crate::cli) fn run(
    args: &RegistryArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let RegistryAction::Doctor(args) = &args.action;
    doctor(args, context)
}

fn doctor(args: &DoctorArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let repository = repository(&args.repository)?;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), Some(&[repository.registry()].into()))?;
    let diagnosis = network.run(network.client.diagnose(&repository));
    let registry = repository.registry();
    let document = DoctorDocument::new(&diagnosis);
    let is_there = config.is_some_and(|config| config.registries.contains_key(registry));
    let text = match args.format {
        OutputFormat::Json => json(&document),
        OutputFormat::Text => text(&diagnosis, document.table.as_deref(), is_there),
    };
    context.terminal.output(args.format, &text)?;
    match &diagnosis.failure {
        None => Ok(()),
        Some(error) => Err(Diagnostic::of(error).into()),
    }
}

/// Reads the repository. A host alone would be taken for an image of Docker Hub, or for a tag.
fn repository(text: &str) -> Result<Repository, Diagnostic> {
    let is_host = !text.contains('/') && (text.contains(['.', ':']) || text == "localhost");
    if is_host && Repository::new(text, "a/a").is_ok() {
        let message = format!("`{text}` is a registry, and a repository is wanted");
        let help = format!(
            "write one that is there: `{text}/REPOSITORY`; `imagelock catalog {text}` may list them"
        );
        return Err(Diagnostic::new(Code::BadReference, message).help(help));
    }
    Repository::parse(text).map_err(|error| Diagnostic::of(&error))
}
