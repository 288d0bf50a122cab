use std::fmt;

/// A strategy by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StrategyKind {
    /// The highest version.
    Semver,
    /// The highest calendar version.
    Calver,
    /// The highest or the lowest number.
    Numerical,
    /// The last or the first in byte order.
    Alphabetical,
    /// The tag that was built or pushed last.
    NewestBuild,
    /// One tag, whose digest is followed.
    Digest,
}

impl StrategyKind {
    /// Every strategy with its name.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("semver", Self::Semver),
        ("calver", Self::Calver),
        ("numerical", Self::Numerical),
        ("alphabetical", Self::Alphabetical),
        ("newest-build", Self::NewestBuild),
        ("digest", Self::Digest),
    ];

    /// Returns the strategy of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// Returns the strategy's name.
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

impl fmt::Display for StrategyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Strategy;
    use super::*;

    #[test]
    fn every_strategy_has_its_kind() {
        for (name, kind) in StrategyKind::NAMES {
            assert_eq!(kind.as_str(), name);
            assert_eq!(StrategyKind::named(name), Some(kind));
        }
        let names = StrategyKind::NAMES.map(|(name, _)| name);
        assert_eq!(names.as_slice(), Strategy::NAMES);
    }
}
