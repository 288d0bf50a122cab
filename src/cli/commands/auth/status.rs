use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::args::{AuthAction, AuthArgs, StatusArgs};
use super::places::{Place, of_config};
use crate::cli::client::Network;
use crate::cli::clock::now;
use crate::cli::context::{Context, Stop};
use crate::cli::form::{Form, json};
use crate::cli::table::Table;
use crate::error::{Code, Diagnostic};
use crate::registry::{CredentialError, CredentialKind, CredentialStatus};
use crate::report::hostile;

/// The sources of credentials for registries: the JSON contract `imagelock.auth/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Statuses {
    /// The contract this document follows.
    schema: &'static str,
    /// The registries, and the repositories with their own credentials, sorted.
    registries: Vec<Row>,
}

/// One registry, or one path in it.
#[derive(Clone, Serialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Row {
    /// The registry, with a path if the row applies only to that path.
    registry: String,
    /// The source of the credentials; `null` if none are used.
    source: Option<String>,
    /// The kind of credentials: `password`, `identity-token`, `registry-token`; `null` if there are none, or
    /// if they would have to be fetched from a cloud.
    kind: Option<&'static str>,
    /// The expiry time, if the credentials contain it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    expires: Option<Timestamp>,
    /// Whether the expiry time has passed.
    expired: bool,
    /// Why the credentials cannot be used; `null` if they can.
    problem: Option<String>,
}

/// The JSON schema of the list of credential sources.
pub(in crate::cli) const SCHEMA: &str = include_str!("../../../../schema/auth.schema.json");

pub(in crate::cli) fn run(args: &AuthArgs, context: &mut Context<'_>) -> Result<(), Stop> {
    let AuthAction::Status(args) = &args.action;
    let config = context.optional_config()?;
    let network = context.network(config.as_ref(), None)?;
    let places = places(args, context, config.as_ref().map(of_config), &network)?;
    let rows = network.run(rows(&places, &network, now()));
    let text = match args.format {
        Form::Json => json(&Statuses {
            schema: "imagelock.auth/v1",
            registries: rows.clone(),
        }),
        Form::Text => text(&rows),
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
    of_config: Option<BTreeSet<Place>>,
    network: &Network,
) -> Result<BTreeSet<Place>, Stop> {
    if !args.registries.is_empty() {
        let named = args.registries.iter().map(|text| Place::parse(text));
        return Ok(named.collect::<Result<_, _>>()?);
    }
    if let Some(places) = of_config.filter(|places| !places.is_empty()) {
        return Ok(places);
    }
    let keys = network.run(async { context.credential_store(None).registries().await });
    Ok(keys.iter().map(|key| Place::of_key(key)).collect())
}

/// Looks each place up; those of one registry that all have the same share a row.
async fn rows(places: &BTreeSet<Place>, network: &Network, now: Timestamp) -> Vec<Row> {
    let mut by_registry = BTreeMap::<&str, Vec<(&Place, Row)>>::new();
    for place in places {
        let found = network
            .client
            .credential_status(&place.registry, &place.path)
            .await;
        let row = row(place.to_string(), found, now);
        by_registry
            .entry(&place.registry)
            .or_default()
            .push((place, row));
    }
    let mut all = Vec::new();
    for rows in by_registry.into_values() {
        let common = Place::around(rows.iter().map(|(place, _)| *place)).to_string();
        let same = rows.windows(2).all(|pair| pair[0].1.is_like(&pair[1].1));
        let rows = rows.into_iter().map(|(_, row)| row);
        if same {
            all.extend(rows.take(1).map(|row| Row {
                registry: common.clone(),
                ..row
            }));
        } else {
            all.extend(rows);
        }
    }
    all
}

impl Row {
    /// Returns `true` if all but the place is the same.
    fn is_like(&self, other: &Self) -> bool {
        let bare = |row: &Self| Self {
            registry: String::new(),
            ..row.clone()
        };
        bare(self) == bare(other)
    }
}

fn row(registry: String, found: Result<CredentialStatus, CredentialError>, now: Timestamp) -> Row {
    match found {
        Ok(status) => Row {
            registry,
            source: status.source,
            kind: status.kind.map(CredentialKind::as_str),
            expires: status.expires,
            expired: status.expires.is_some_and(|expires| expires <= now),
            problem: None,
        },
        Err(CredentialError { origin, reason }) => Row {
            registry,
            source: Some(origin),
            kind: None,
            expires: None,
            expired: false,
            problem: Some(reason),
        },
    }
}

fn text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["REGISTRY", "CREDENTIALS", "EXPIRES", "SOURCE"]);
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
        table.row([&row.registry, holds, &expires, &hostile::terminal(source)]);
    }
    table.to_string()
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<Statuses>("schema/auth.schema.json", SCHEMA, "auth");
    }
}
