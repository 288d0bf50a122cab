use serde::Serialize;

/// Something about a registry that is unlike others, or to be minded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegistryQuirk {
    /// Its name, which stays the same: `small-pages`.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it is and what comes of it.
    pub says: String,
}

/// How much a quirk matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It is dealt with; there is nothing to do.
    Note,
    /// It costs something: time, pulls, or a feature.
    Warning,
    /// Nothing can be locked before it is mended.
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
