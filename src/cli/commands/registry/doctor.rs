use serde::Serialize;

use super::args::{DoctorArgs, RegistryAction, RegistryArgs};
use super::table::table;
use super::text::text;
use crate::cli::context::{Context, Stop};
use crate::cli::form::{Form, json};
use crate::error::{Code, Diagnostic, Fault as _};
use crate::image::Repository;
use crate::registry::doctor::{Diagnosis, Family, Step};

/// The diagnosis of a registry: the JSON contract `imagelock.doctor/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Report<'d> {
    /// The contract this document follows.
    schema: &'static str,
    /// The examined repository, with its registry.
    #[cfg_attr(test, schemars(with = "String"))]
    repository: &'d Repository,
    /// The registry family; `null` if it is not recognized.
    family: Option<Family>,
    /// Whether the repository can be used with `lock`.
    lockable: bool,
    /// Why not; `null` if it can.
    failure: Option<Failure>,
    /// The steps, in the order in which `lock` runs them.
    steps: &'d [Step],
    /// The table to write into the config, in TOML; `null` if none is needed.
    table: Option<String>,
}

/// Why a repository cannot be used with `lock`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Failure {
    /// The error code; see `imagelock explain CODE`.
    code: &'static str,
    /// The error message.
    message: String,
    /// Further facts.
    notes: Vec<String>,
    /// What to do.
    help: Option<String>,
}

/// The JSON schema of a diagnosis.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../../schema/doctor.schema.json");

pub(in crate::cli) fn run(args: &RegistryArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let RegistryAction::Doctor(args) = &args.action;
    doctor(args, context)
}

fn doctor(args: &DoctorArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let repository = repository(&args.repository)?;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), Some(&[repository.registry()].into()))?;
    let diagnosis = network.run(network.client.diagnose(&repository));
    let registry = repository.registry();
    let table = table(registry, &diagnosis.advice);
    let is_there = config.is_some_and(|config| config.registries.contains_key(registry));
    let text = match args.format {
        Form::Json => json(&report(&diagnosis, table)),
        Form::Text => text(&diagnosis, table.as_deref(), is_there),
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

fn report(diagnosis: &Diagnosis, table: Option<String>) -> Report<'_> {
    let failure = diagnosis.failure.as_ref().map(|error| Failure {
        code: error.code().as_str(),
        message: error.to_string(),
        notes: error.notes(),
        help: error.help(),
    });
    Report {
        schema: "imagelock.doctor/v1",
        repository: &diagnosis.repository,
        family: diagnosis.family,
        lockable: diagnosis.is_lockable(),
        failure,
        steps: &diagnosis.steps,
        table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Report<'static>>(
            "schema/doctor.schema.json",
            SCHEMA,
            "doctor",
        );
    }
}
