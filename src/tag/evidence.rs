use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A source of a tag's age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The registry reports when the tag was pushed.
    Registry,
    /// A transparency log records when the content was signed. Reserved: not used yet.
    TransparencyLog,
    /// An earlier run of imagelock saw it first at this time.
    Observed,
    /// The publisher wrote the date into the image, and can set any date.
    Publisher,
}

impl Evidence {
    /// Every source with its name, the most trusted first.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("registry", Self::Registry),
        ("transparency-log", Self::TransparencyLog),
        ("observed", Self::Observed),
        ("publisher", Self::Publisher),
    ];
    /// The sources that a publisher cannot fake, the most trusted first.
    pub const TRUSTED: [Self; 3] = [Self::Registry, Self::TransparencyLog, Self::Observed];

    /// Returns the source with a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// Returns the source's name.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// When a tag first pointed to its digest, with the source of that date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Age {
    /// The point in time.
    #[cfg_attr(test, schemars(with = "String"))]
    pub since: Timestamp,
    /// The source of the date.
    pub evidence: Evidence,
}
