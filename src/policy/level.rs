use std::fmt;

/// How far from the current pin a new one may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The first two numbers of the version stay.
    Patch,
    /// The first number of the version stays.
    Minor,
    /// Any distance.
    Major,
}

impl Level {
    /// Every level with its name, the nearest first.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("patch", Self::Patch),
        ("minor", Self::Minor),
        ("major", Self::Major),
    ];

    /// Returns the level of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, level)| *level)
    }

    /// Returns the level's name.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
