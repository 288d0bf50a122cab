use std::collections::BTreeSet;

use jiff::Timestamp;

use super::args::{AuthAction, AuthArgs, StatusArgs};
use crate::cli::client::ClientRuntime;
use crate::cli::clock::now;
use crate::cli::context::{CommandError, Context};
use crate::cli::output_format::OutputFormat;
use crate::cli::table::TextTable;
use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::report::auth::{AuthDocument, AuthStatus, RegistryPath};
use crate::report::{escape, json};

pub(in crate::cli) fn run(args: &AuthArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let AuthAction::Status(args) = &args.action;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), None)?;
    let places = places(args, context, config.as_ref().map(of_config), &network)?;
    let document = network.run(look_up(places, &network, now()));
    let rows = &document.registries;
    let text = match args.format {
        OutputFormat::Json => json(&document),
        OutputFormat::Text => text(rows),
    };
    context.terminal.output(args.format, &text)?;
    if rows.is_empty() {
        context
            .terminal
            .status("no credentials are kept here, and no config names a registry")?;
    }
    let problems = rows.iter().filter_map(|row| {
        let (source, problem) = (row.source.as_ref()?, row.problem.as_ref()?);
        let message = format!(
            "the credentials for {} in {source} cannot be used: {problem}",
            row.registry
        );
        Some(Diagnostic::new(Code::Credentials, message))
    });
    let problems: Vec<_> = problems.collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.into())
}

/// Returns what is to be shown, sorted.
fn places(
    args: &StatusArgs,
    context: &Context<'_>,
    of_config: Option<BTreeSet<RegistryPath>>,
    network: &ClientRuntime,
) -> Result<BTreeSet<RegistryPath>, CommandError> {
    if !args.registries.is_empty() {
        let named = args.registries.iter().map(|text| RegistryPath::parse(text));
        return Ok(named.collect::<Result<_, _>>()?);
    }
    if let Some(places) = of_config.filter(|places| !places.is_empty()) {
        return Ok(places);
    }
    let keys = network.run(async { context.credential_store(None).registries().await });
    Ok(keys.iter().map(|key| RegistryPath::of_key(key)).collect())
}

/// Looks each place up.
async fn look_up(
    places: BTreeSet<RegistryPath>,
    network: &ClientRuntime,
    now: Timestamp,
) -> AuthDocument {
    let mut found = Vec::new();
    for place in places {
        let status = network
            .client
            .credential_status(&place.registry, &place.path)
            .await;
        found.push((place, status));
    }
    AuthDocument::new(found, now)
}

/// Returns all that a config asks registries for: its images, and its registries with their mirrors.
fn of_config(config: &Config) -> BTreeSet<RegistryPath> {
    let images = config
        .images
        .iter()
        .map(|image| RegistryPath::of(&image.repository));
    let keys = config
        .registries
        .keys()
        .map(|key| RegistryPath::of_key(key));
    let mirrors = config
        .registries
        .values()
        .flat_map(|registry| &registry.mirrors);
    let mirrors = mirrors.map(|mirror| RegistryPath::of_key(&mirror.location));
    images.chain(keys).chain(mirrors).collect()
}

fn text(rows: &[AuthStatus]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(["REGISTRY", "CREDENTIALS", "EXPIRES", "SOURCE"]);
    for row in rows {
        let holds = match (&row.problem, row.kind, &row.source) {
            (Some(_), _, _) => "unusable",
            (None, Some(kind), _) => kind,
            (None, None, Some(_)) => "not asked",
            (None, None, None) => "none",
        };
        let expires = match row.expires {
            Some(time) if row.expired => format!("expired {}", minute(time)),
            Some(time) => minute(time),
            None => "-".into(),
        };
        let source = row.source.as_deref().unwrap_or("-");
        table.row([&row.registry, holds, &expires, &escape::terminal(source)]);
    }
    table.to_string()
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
