use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;

use crate::version::{CalverRef, DecimalRef, MOST_PARTS, VersionRef};

/// What a strategy orders tags by; the keys of one policy are all of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum SortKey<'k> {
    Version(VersionRef<'k>),
    Calver(CalverRef<'k>),
    Number(DecimalRef<'k>),
    Text(&'k str),
    Time(Timestamp),
}

impl<'k> SortKey<'k> {
    pub(super) fn compare(self, other: SortKey<'_>) -> Ordering {
        match (self, other) {
            (Self::Version(one), SortKey::Version(other)) => one.precedence(other),
            (Self::Calver(one), SortKey::Calver(other)) => one.precedence(other),
            (Self::Number(one), SortKey::Number(other)) => one.compare(other),
            (Self::Text(one), SortKey::Text(other)) => one.cmp(other),
            (Self::Time(one), SortKey::Time(other)) => one.cmp(&other),
            // Never asked: a policy reads all tags in one way.
            _ => Ordering::Equal,
        }
    }

    /// Returns how many numbers were written; zero where that plays no part.
    pub(super) fn part_count(self) -> usize {
        match self {
            Self::Version(version) => version.part_count(),
            Self::Calver(version) => version.part_count(),
            _ => 0,
        }
    }

    /// Tells whether a version is written with `v`; `None` for what is no version.
    pub(super) fn has_v(self) -> Option<bool> {
        match self {
            Self::Version(version) => Some(version.has_v()),
            Self::Calver(version) => Some(version.has_v()),
            _ => None,
        }
    }

    /// Returns the numbers of a version, the most significant first.
    pub(super) fn parts(self) -> Option<[u64; MOST_PARTS]> {
        match self {
            Self::Version(version) => {
                let [major, minor, patch] = version.parts();
                Some([major, minor, patch, 0, 0, 0])
            }
            Self::Calver(version) => Some(version.parts()),
            _ => None,
        }
    }

    /// Returns the numbers after the third in their shortest form, `.4` of `1.2.3.04.0`.
    pub(super) fn further(self) -> String {
        match self {
            Self::Version(version) => version.shortest_further(),
            _ => String::new(),
        }
    }

    /// Returns a text that is the higher in natural order, the higher the version is.
    pub(super) fn order_text(self) -> String {
        let numbers = self
            .parts()
            .unwrap_or_default()
            .map(|number| number.to_string());
        format!("{} {}", numbers.join("."), self.identifiers())
    }

    /// Returns the prerelease in the form that is compared; empty if it is none, or no version.
    pub(super) fn identifiers(self) -> Cow<'k, str> {
        match self {
            Self::Version(version) => version.identifiers(),
            _ => self.prerelease().into(),
        }
    }

    /// Returns the prerelease as it is written; empty if it is none, or no version.
    pub(super) fn prerelease(self) -> &'k str {
        match self {
            Self::Version(version) => version.prerelease(),
            Self::Calver(version) => version.modifier(),
            _ => "",
        }
    }
}
