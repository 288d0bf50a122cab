use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose word a tag's age is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The registry says when the tag was pushed.
    Registry,
    /// A transparency log says when the content was signed. Reserved: no log is asked yet.
    TransparencyLog,
    /// We saw it first then, in an earlier run.
    Observed,
    /// The publisher wrote it into the image, where it can be any date.
    Publisher,
}

impl Evidence {
    /// Every kind with its name, the best first.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("registry", Self::Registry),
        ("transparency-log", Self::TransparencyLog),
        ("observed", Self::Observed),
        ("publisher", Self::Publisher),
    ];
    /// The kinds that a publisher cannot make up, the best first.
    pub const TRUSTED: [Self; 3] = [Self::Registry, Self::TransparencyLog, Self::Observed];

    /// Returns the kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// Returns the kind's name.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Since when a tag has named its content, and whose word that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Age {
    /// The point in time.
    #[cfg_attr(test, schemars(with = "String"))]
    pub since: Timestamp,
    /// Whose word it is.
    pub evidence: Evidence,
}
