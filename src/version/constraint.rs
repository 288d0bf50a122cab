use std::fmt;
use std::str::FromStr;

use super::comparator::{Comparator, ComparatorSet};
use super::{Version, VersionRef, grammar, partial};
use crate::error::TextError;

/// The allowed versions: `^1.27`, `>=1.2 <2 || 3.x`.
///
/// `Display` gives the constraint as written, trimmed and with single spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    text: Box<str>,
    pub(super) groups: Vec<ComparatorSet>,
}

/// The treatment of prereleases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prereleases {
    /// A group of the constraint admits them if one of its comparators names a prerelease.
    ByConstraint,
    /// They are compared like any other version.
    Include,
    /// They never match.
    Exclude,
}

impl Constraint {
    /// Parses a constraint.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the location and a suggestion if the text does not follow the grammar.
    ///
    /// ```
    /// use imagelock::version::Constraint;
    ///
    /// let error = Constraint::parse(">=1.2 and <2").unwrap_err();
    /// assert_eq!((error.offset, error.length), (6, 3));
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let groups = grammar::parse(text, partial::parse)?;
        Ok(Self {
            text: one_line(text),
            groups,
        })
    }

    /// Returns the constraint that every release satisfies: `*`.
    pub fn any() -> Self {
        Self::parse("*").expect("invariant: `*` is a constraint")
    }

    /// Returns the canonical text: as written, trimmed, with single spaces.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if a version satisfies the constraint.
    pub fn matches(&self, version: &Version, prereleases: Prereleases) -> bool {
        self.admits(version.view(), prereleases)
    }

    /// Returns `true` if the first component of a version in it looks like a date (1900–2999, or six and more
    /// digits).
    pub fn names_date_like(&self) -> bool {
        self.comparators()
            .any(|comparator| comparator.bound.date_like)
    }

    /// Returns `true` if it names a first number as large as this one, or larger.
    pub(crate) fn names_number_from(&self, least: u64) -> bool {
        self.comparators()
            .any(|comparator| comparator.bound.fixed > 0 && comparator.bound.parts[0] >= least)
    }

    /// Returns `true` if the constraint names a prerelease.
    pub fn names_prerelease(&self) -> bool {
        self.groups.iter().any(ComparatorSet::names_prerelease)
    }

    pub(crate) fn admits(&self, version: VersionRef<'_>, prereleases: Prereleases) -> bool {
        let is_prerelease = version.is_prerelease();
        if is_prerelease && prereleases == Prereleases::Exclude {
            return false;
        }
        self.groups.iter().any(|group| {
            (!is_prerelease || prereleases == Prereleases::Include || group.names_prerelease())
                && group
                    .comparators
                    .iter()
                    .all(|comparator| comparator.admits(version))
        })
    }

    /// Returns how far a version is from being admitted, by numbers alone; zeros if it is admitted.
    pub(crate) fn distance(&self, version: VersionRef<'_>) -> [u64; 3] {
        if self.admits(version, Prereleases::Include) {
            return [0; 3];
        }
        let distances = self
            .comparators()
            .map(|comparator| comparator.distance(version));
        distances.min().unwrap_or_default()
    }

    fn comparators(&self) -> impl Iterator<Item = &Comparator> {
        self.groups.iter().flat_map(|group| &group.comparators)
    }
}

/// Trims a constraint and leaves single blanks in it.
pub(super) fn one_line(text: &str) -> Box<str> {
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    words.join(" ").into()
}

impl ComparatorSet {
    pub(super) fn names_prerelease(&self) -> bool {
        self.comparators
            .iter()
            .any(|comparator| !comparator.bound.prerelease.is_empty())
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Constraint {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
