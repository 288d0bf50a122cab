use super::super::commands::check::images;
use super::super::context::{CommandError, Context};
use super::super::output_format::OutputFormat;
use super::super::table::Table;
use crate::observe::RequestKind;
use crate::report::json;
use crate::report::plan::PlanDocument;
use crate::resolve::{Bounds, Forecast};

/// Prints the requests that a run would make.
pub(in crate::cli) fn show(
    context: &mut Context<'_>,
    forecast: &Forecast,
    form: OutputFormat,
) -> Result<(), CommandError> {
    let text = match form {
        OutputFormat::Json => json(&PlanDocument::new(forecast)),
        OutputFormat::Text => text(forecast),
    };
    Ok(context.terminal.output(form, &text)?)
}

fn text(forecast: &Forecast) -> String {
    let kept = images(forecast.kept);
    if forecast.registries.is_empty() {
        return format!("nothing is asked of any registry; {kept} stay as they are\n");
    }
    let kinds: Vec<RequestKind> = forecast.requests().into_keys().collect();
    let mut table = Table::bare();
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
