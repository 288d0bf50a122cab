//! The requests that a run would make: the JSON contract `imagelock.plan/v1`.

use std::collections::BTreeMap;

use serde::Serialize;

#[cfg(test)]
use crate::generated::every_key_is_required;
use crate::observe::RequestKind;
use crate::resolve::{Bounds, Forecast};

/// The JSON schema of a plan.
pub const SCHEMA: &str = include_str!("../../schema/plan.schema.json");

/// The requests that a run would send: the JSON contract `imagelock.plan/v1`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "imagelock plan"))]
#[serde(rename_all = "kebab-case")]
pub struct PlanDocument {
    /// The contract this document follows.
    pub schema: PlanContract,
    /// The number of pins that need no request.
    pub kept: usize,
    /// All requests together.
    pub total: RequestRange,
    /// The registries, sorted by name.
    pub registries: Vec<RegistryPlan>,
}

/// The name and version of the JSON contract.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum PlanContract {
    /// The first version.
    #[serde(rename = "imagelock.plan/v1")]
    PlanV1,
}

/// The requests to one registry.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RegistryPlan {
    /// The registry as named in the config.
    pub registry: String,
    /// The number of images to resolve.
    pub images: usize,
    /// The number of their repositories.
    pub repositories: usize,
    /// The requests by kind; kinds without requests are omitted.
    pub kinds: BTreeMap<&'static str, RequestRange>,
    /// The requests that are repeated with the token that the registry requires.
    pub challenged: RequestRange,
    /// All requests to the registry.
    pub total: RequestRange,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Range", transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct RequestRange {
    /// The lower bound.
    pub at_least: u64,
    /// The upper bound; `null` if it depends on the registry's responses.
    pub at_most: Option<u64>,
}

impl From<Bounds> for RequestRange {
    fn from(bounds: Bounds) -> Self {
        Self {
            at_least: bounds.at_least,
            at_most: bounds.at_most,
        }
    }
}

impl PlanDocument {
    /// Makes the document of a forecast.
    pub fn new(forecast: &Forecast) -> Self {
        let registries = forecast.registries.iter().map(|(name, registry)| {
            let kind = |(kind, bounds): (&RequestKind, &Bounds)| (kind.name(), (*bounds).into());
            RegistryPlan {
                registry: name.clone(),
                images: registry.images,
                repositories: registry.repositories,
                kinds: registry.requests.iter().map(kind).collect(),
                challenged: registry.challenged.into(),
                total: registry.total().into(),
            }
        });
        Self {
            schema: PlanContract::PlanV1,
            kept: forecast.kept,
            total: forecast.total().into(),
            registries: registries.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_generated_from_the_types() {
        crate::generated::assert_schema::<PlanDocument>("schema/plan.schema.json", SCHEMA, "plan");
    }
}
