use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::RegistryPath;
use crate::registry::{CredentialError, CredentialKind, CredentialStatus};

/// The JSON schema of the list of credential sources.
pub const SCHEMA: &str = include_str!("../../../schema/auth.schema.json");

/// The sources of credentials for registries: the JSON contract `imagelock.auth/v1`.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Statuses"))]
pub struct AuthDocument {
    /// The contract this document follows.
    pub schema: &'static str,
    /// The registries, and the repositories with their own credentials, sorted.
    pub registries: Vec<AuthStatus>,
}

/// One registry, or one path in it.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Row"))]
pub struct AuthStatus {
    /// The registry, with a path if the row applies only to that path.
    pub registry: String,
    /// The source of the credentials; `null` if none are used.
    pub source: Option<String>,
    /// The kind of credentials: `password`, `identity-token`, `registry-token`; `null` if there are none, or
    /// if they would have to be fetched from a cloud.
    pub kind: Option<&'static str>,
    /// The expiry time, if the credentials contain it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub expires: Option<Timestamp>,
    /// Whether the expiry time has passed.
    pub expired: bool,
    /// Why the credentials cannot be used; `null` if they can.
    pub problem: Option<String>,
}

impl AuthDocument {
    /// Makes the document of what was found for each place; those of one registry that all have the same
    /// share an entry.
    pub fn new<I>(found: I, now: Timestamp) -> Self
    where
        I: IntoIterator<Item = (RegistryPath, Result<CredentialStatus, CredentialError>)>,
    {
        let mut by_registry = BTreeMap::<String, Vec<(RegistryPath, AuthStatus)>>::new();
        for (place, found) in found {
            let status = AuthStatus::new(place.to_string(), found, now);
            by_registry
                .entry(place.registry.clone())
                .or_default()
                .push((place, status));
        }
        let mut registries = Vec::new();
        for statuses in by_registry.into_values() {
            let common = RegistryPath::around(statuses.iter().map(|(place, _)| place)).to_string();
            let same = statuses
                .windows(2)
                .all(|pair| pair[0].1.is_like(&pair[1].1));
            let statuses = statuses.into_iter().map(|(_, status)| status);
            if same {
                registries.extend(statuses.take(1).map(|status| AuthStatus {
                    registry: common.clone(),
                    ..status
                }));
            } else {
                registries.extend(statuses);
            }
        }
        Self {
            schema: "imagelock.auth/v1",
            registries,
        }
    }
}

impl AuthStatus {
    fn new(
        registry: String,
        found: Result<CredentialStatus, CredentialError>,
        now: Timestamp,
    ) -> Self {
        match found {
            Ok(status) => Self {
                registry,
                source: status.source,
                kind: status.kind.map(CredentialKind::as_str),
                expires: status.expires,
                expired: status.expires.is_some_and(|expires| expires <= now),
                problem: None,
            },
            Err(CredentialError { origin, reason }) => Self {
                registry,
                source: Some(origin),
                kind: None,
                expires: None,
                expired: false,
                problem: Some(reason),
            },
        }
    }

    /// Returns `true` if all but the place is the same.
    fn is_like(&self, other: &Self) -> bool {
        let bare = |status: &Self| Self {
            registry: String::new(),
            ..status.clone()
        };
        bare(self) == bare(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        crate::generated::assert_schema::<AuthDocument>("schema/auth.schema.json", SCHEMA, "auth");
    }
}
