use serde::Serialize;

use super::tags::TAGS_NOT_LISTED;
use super::{Advice, Family, RegistryQuirk};
use crate::image::Repository;
use crate::registry::RegistryError;

/// What was found out about a registry, by way of one repository.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The repository.
    pub repository: Repository,
    /// What kind of registry it is, by its name or by its ways; nothing if it is like no other.
    pub family: Option<Family>,
    /// The steps, in the order in which a lock goes; those after a failure are skipped.
    pub steps: Vec<Step>,
    /// Why the repository cannot be locked from; nothing if it can.
    pub failure: Option<RegistryError>,
    /// What the config needs for this registry.
    pub advice: Advice,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// What was looked at.
    pub area: Area,
    /// How it went.
    pub outcome: StepOutcome,
    /// What was found, in words.
    pub facts: Vec<Finding>,
    /// What is unlike other registries, or to be minded.
    pub quirks: Vec<RegistryQuirk>,
}

/// What a step looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Whether the registry answers at all, and how.
    Reach,
    /// What it wants to see, and whether it is content with what there is to show.
    Access,
    /// The list of tags and its pages.
    Tags,
    /// What a tag names.
    Manifests,
    /// What refers to a manifest.
    Referrers,
    /// Whose word there is on the age of a tag.
    Dates,
    /// How much may be asked for.
    Limits,
    /// The list of repositories.
    Catalog,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It went well.
    Good,
    /// It failed, and with it what comes after it.
    Failed,
    /// It was not taken, after a failure.
    Skipped,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Of what.
    pub name: &'static str,
    /// What.
    pub value: String,
}

impl Area {
    /// All areas, in the order of the steps.
    pub const ALL: [Self; 8] = [
        Self::Reach,
        Self::Access,
        Self::Tags,
        Self::Manifests,
        Self::Referrers,
        Self::Dates,
        Self::Limits,
        Self::Catalog,
    ];

    /// Returns the area as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Access => "access",
            Self::Tags => "tags",
            Self::Manifests => "manifests",
            Self::Referrers => "referrers",
            Self::Dates => "dates",
            Self::Limits => "limits",
            Self::Catalog => "catalog",
        }
    }
}

impl StepOutcome {
    /// Returns the outcome as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Step {
    pub(super) fn new(area: Area) -> Self {
        Self {
            area,
            outcome: StepOutcome::Good,
            facts: Vec::new(),
            quirks: Vec::new(),
        }
    }

    pub(super) fn fact(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        self.facts.push(Finding { name, value });
    }
}

impl Diagnosis {
    /// Says whether the repository can be locked from as things are.
    pub fn is_lockable(&self) -> bool {
        self.failure.is_none()
    }

    /// Says whether entries with a tag or a digest can be locked, though no tags are listed to choose from.
    pub fn is_lockable_by_tag(&self) -> bool {
        self.is_lockable() || self.quirks().any(|quirk| quirk.name == TAGS_NOT_LISTED)
    }

    /// Returns the quirks of all steps.
    pub fn quirks(&self) -> impl Iterator<Item = &RegistryQuirk> {
        self.steps.iter().flat_map(|step| &step.quirks)
    }
}
