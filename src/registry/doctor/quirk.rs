use serde::Serialize;

/// A known difference of a registry from others, or a limitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegistryQuirk {
    /// A stable name: `small-pages`.
    pub name: &'static str,
    /// The severity.
    pub severity: Severity,
    /// The description and its consequence.
    pub says: String,
}

/// The severity of a quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// imagelock handles it; no action is needed.
    Note,
    /// It has a cost: time, pulls, or a feature.
    Warning,
    /// Nothing can be locked until it is fixed.
    Problem,
}

impl Severity {
    /// Returns the severity as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

pub(super) fn note(name: &'static str, says: impl Into<String>) -> RegistryQuirk {
    RegistryQuirk {
        name,
        severity: Severity::Note,
        says: says.into(),
    }
}

pub(super) fn warning(name: &'static str, says: impl Into<String>) -> RegistryQuirk {
    RegistryQuirk {
        severity: Severity::Warning,
        ..note(name, says)
    }
}

pub(super) fn problem(name: &'static str, says: impl Into<String>) -> RegistryQuirk {
    RegistryQuirk {
        severity: Severity::Problem,
        ..note(name, says)
    }
}
