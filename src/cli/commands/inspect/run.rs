use super::super::super::context::{CommandError, Context};
use super::super::super::output_format::OutputFormat;
use super::args::InspectArgs;
use super::text;
use crate::error::{Diagnostic, Fault};
use crate::image::{Platform, Reference};
use crate::inspect::{self, Options};
use crate::report::inspection::InspectionDocument;
use crate::report::json;

pub(in crate::cli) fn run(
    args: &InspectArgs,
    context: &mut Context<'_>,
) -> Result<(), CommandError> {
    let reference = Reference::parse(&args.reference).map_err(|error| fault(&error))?;
    let platform = args.platform.as_deref().map(Platform::parse).transpose();
    let platform = platform.map_err(|error| fault(&error))?;
    let config = context.optional_config()?;
    let registry = reference.repository().registry();
    let network = context.network(config.as_ref(), Some(&[registry].into()))?;
    let client = &network.client;
    if args.raw {
        let raw = network.run(inspect::manifest(client, &reference, platform.as_ref()));
        let raw = raw.map_err(|error| fault(&error))?;
        tell_of_cache(context)?;
        return Ok(context.terminal.bytes(&raw.bytes)?);
    }
    if args.raw_config {
        let blob = network.run(inspect::config(client, &reference, platform.as_ref()));
        let blob = blob.map_err(|error| fault(&error))?;
        tell_of_cache(context)?;
        return Ok(context.terminal.bytes(&blob)?);
    }
    let options = Options::new()
        .platform(platform)
        .attestations(args.attestations);
    let inspection = network.run(inspect::inspect(client, &reference, &options));
    let inspection = inspection.map_err(|error| fault(&error))?;
    let text = match args.format {
        OutputFormat::Json => json(&InspectionDocument::new(&inspection)),
        OutputFormat::Text => text::text(&inspection),
    };
    tell_of_cache(context)?;
    Ok(context.terminal.output(args.format, &text)?)
}

/// Says that what is shown comes from the cache, where the registry may not be asked.
fn tell_of_cache(context: &mut Context<'_>) -> Result<(), CommandError> {
    if context.global.offline || context.global.frozen {
        let note = "note: this comes from the cache. The network is forbidden, so the registry was not asked whether it still has this image";
        context.terminal.status(note)?;
    }
    Ok(())
}

fn fault(fault: &dyn Fault) -> Diagnostic {
    Diagnostic::of(fault)
}
