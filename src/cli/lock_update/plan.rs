use crate::cli::context::{CommandError, Context};
use crate::cli::counts::images;
use crate::cli::output_format::OutputFormat;
use crate::cli::table::TextTable;
use crate::config::Config;
use crate::observe::RequestKind;
use crate::report::json;
use crate::report::plan::PlanDocument;
use crate::resolve::{Bounds, Forecast};
use crate::workspace::LockUpdate;

/// Prints the requests that a run would make.
pub(super) fn show_plan(
    context: &mut Context<'_>,
    config: &Config,
    update: &LockUpdate,
    excludes_newer: bool,
    format: OutputFormat,
) -> Result<(), CommandError> {
    let mut mirrors = config.registries.values().map(|one| &one.mirrors);
    let is_mirrored = mirrors.any(|mirrors| !mirrors.is_empty());
    let network = if is_mirrored || !context.global.mirrors_from.is_empty() {
        Some(context.network(Some(config), Some(&update.hosts()))?)
    } else {
        None
    };
    let client = network.as_ref().map(|network| &network.client);
    let forecast = update.forecast(client, excludes_newer)?;
    let text = match format {
        OutputFormat::Json => json(&PlanDocument::new(&forecast)),
        OutputFormat::Text => text(&forecast),
    };
    Ok(context.terminal.output(format, &text)?)
}

fn text(forecast: &Forecast) -> String {
    let kept = images(forecast.kept);
    if forecast.registries.is_empty() {
        return format!("nothing is asked of any registry; {kept} stay as they are\n");
    }
    let kinds: Vec<RequestKind> = forecast.requests().into_keys().collect();
    let mut table = TextTable::bare();
    let mut head = ["registry", "images", "repositories"]
        .map(String::from)
        .to_vec();
    head.extend(kinds.iter().map(ToString::to_string));
    head.extend(["again with a token", "all"].map(String::from));
    table.add(head);
    for (name, registry) in &forecast.registries {
        let mut row = vec![
            name.clone(),
            registry.images.to_string(),
            registry.repositories.to_string(),
        ];
        let bounds = kinds.iter().map(|kind| registry.requests.get(kind));
        row.extend(bounds.map(|bounds| bounds.map_or_else(|| "0".into(), Bounds::to_string)));
        row.extend([registry.challenged, registry.total()].map(|bounds| bounds.to_string()));
        table.add(row);
    }
    let total = forecast.total();
    format!("{table}\n{total} requests; {kept} need none\n")
}
