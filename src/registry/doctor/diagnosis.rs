use serde::Serialize;

use super::tags::TAGS_NOT_LISTED;
use super::{Advice, Family, RegistryQuirk};
use crate::image::Repository;
use crate::registry::RegistryError;

/// The diagnosis of a registry, made with one repository.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The repository.
    pub repository: Repository,
    /// The registry family, by its host name or behavior; `None` if it is not recognized.
    pub family: Option<Family>,
    /// The steps, in the order in which `lock` runs them; those after a failure are skipped.
    pub steps: Vec<Step>,
    /// Why the repository cannot be used with `lock`; `None` if it can.
    pub failure: Option<RegistryError>,
    /// The config that this registry needs.
    pub advice: Advice,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// The area that the step examines.
    pub area: Area,
    /// The outcome.
    pub outcome: StepOutcome,
    /// The findings, in words.
    pub facts: Vec<Finding>,
    /// Known differences from other registries, and limitations.
    pub quirks: Vec<RegistryQuirk>,
}

/// The area that a step examines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Connectivity: whether the registry responds, and how.
    Reach,
    /// The required authentication, and whether the available credentials are accepted.
    Access,
    /// The tag list and its pagination.
    Tags,
    /// The content that a tag points to.
    Manifests,
    /// The referrers of a manifest.
    Referrers,
    /// The sources for the age of a tag.
    Dates,
    /// Request limits.
    Limits,
    /// The list of repositories.
    Catalog,
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// The step succeeded.
    Good,
    /// The step failed, and the following steps with it.
    Failed,
    /// The step was skipped after a failure.
    Skipped,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// What it is about.
    pub name: &'static str,
    /// The value.
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
    /// Returns `true` if the repository can be used with `lock`.
    pub fn is_lockable(&self) -> bool {
        self.failure.is_none()
    }

    /// Returns `true` if entries with a tag or a digest can be locked, although no tags are listed to choose
    /// from.
    pub fn is_lockable_by_tag(&self) -> bool {
        self.is_lockable() || self.quirks().any(|quirk| quirk.name == TAGS_NOT_LISTED)
    }

    /// Returns the quirks of all steps.
    pub fn quirks(&self) -> impl Iterator<Item = &RegistryQuirk> {
        self.steps.iter().flat_map(|step| &step.quirks)
    }
}
