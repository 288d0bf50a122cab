use super::sort_key::SortKey;
use super::{Policy, Strategy};
use crate::version::{Constraint, VersionRef};

/// Keeps dates, all-digit commits and lone numbers from passing for versions beside real ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateGuard<'p> {
    /// None if the strategy reads no versions.
    constraint: Option<&'p Constraint>,
    names_date_like: bool,
    seen: SeenNumbers,
}

/// What passed all other rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct SeenNumbers {
    /// A version below 1000 that is no lone number.
    small: bool,
    /// A lone number below 1000.
    small_lone: bool,
    /// The plainest first number of versions of two or more numbers.
    dotted: Option<FirstNumber>,
}

/// What a first number looks like, the plainest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FirstNumber {
    #[default]
    Plain,
    Year,
    /// It has six digits or more: a date, a build number or a commit.
    Long,
}

impl FirstNumber {
    const ALL: [Self; 3] = [Self::Plain, Self::Year, Self::Long];

    fn of(version: VersionRef<'_>) -> Self {
        match (version.is_date_like(), version.is_long()) {
            (_, true) => Self::Long,
            (true, false) => Self::Year,
            (false, false) => Self::Plain,
        }
    }
}

/// Why a version may be none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doubt {
    /// It looks like a date or a commit.
    pub(super) is_date_like: bool,
    /// It is one number alone, without a longer tag that begins with it.
    pub(super) is_lone: bool,
    /// What its first number looks like.
    pub(super) first: FirstNumber,
}

impl Doubt {
    /// How many kinds of doubt there are, none among them.
    pub(super) const KINDS: usize = 4 * FirstNumber::ALL.len();

    /// Returns the place of this kind among all.
    pub(super) fn kind(self) -> usize {
        usize::from(self.is_date_like) + 2 * usize::from(self.is_lone) + 4 * self.first as usize
    }

    /// Returns the kind at a place.
    pub(super) fn of_kind(kind: usize) -> Self {
        Self {
            is_date_like: kind & 1 != 0,
            is_lone: kind & 2 != 0,
            first: FirstNumber::ALL[kind / 4 % FirstNumber::ALL.len()],
        }
    }
}

impl<'p> DateGuard<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        let constraint = match &policy.strategy {
            Strategy::Semver { constraint } => Some(constraint),
            _ => None,
        };
        Self {
            constraint,
            names_date_like: constraint.is_some_and(Constraint::names_date_like),
            seen: SeenNumbers::default(),
        }
    }

    /// Tells whether a version could be dropped, without looking at the other tags.
    pub(super) fn may_doubt(self, key: SortKey<'_>) -> bool {
        match key {
            SortKey::Version(version) => version.part_count() == 1 || self.is_date_like(version),
            _ => false,
        }
    }

    /// Returns the doubts about a version; `is_lone` tells whether no longer tag begins with it.
    pub(super) fn doubt(self, key: SortKey<'_>, is_lone: bool) -> Doubt {
        let (SortKey::Version(version), Some(constraint)) = (key, self.constraint) else {
            return Doubt::default();
        };
        let is_named = || constraint.names_number_from(version.parts()[0]);
        Doubt {
            is_date_like: self.is_date_like(version),
            is_lone: is_lone && !is_named(),
            first: FirstNumber::of(version),
        }
    }

    fn is_date_like(self, version: VersionRef<'_>) -> bool {
        version.is_date_like() && !self.names_date_like
    }

    /// Takes notice of a version that passed all other rules.
    pub(super) fn see(&mut self, key: SortKey<'_>, doubt: Doubt) {
        if let SortKey::Version(version) = key {
            let is_small = version.parts()[0] < 1000 && !version.is_date_like();
            self.seen.small |= is_small && !doubt.is_lone;
            self.seen.small_lone |= is_small && doubt.is_lone;
            if version.part_count() > 1 {
                let first = FirstNumber::of(version);
                let plainest = self.seen.dotted.map_or(first, |known| known.min(first));
                self.seen.dotted = Some(plainest);
            }
        }
    }

    /// Tells whether [`Self::see`] of this version would change the guard.
    pub(super) fn learns_from(mut self, key: SortKey<'_>, doubt: Doubt) -> bool {
        let before = self.seen;
        self.see(key, doubt);
        before != self.seen
    }

    /// Tells whether a version is dropped, once all others were seen.
    pub(super) fn drops(self, doubt: Doubt) -> bool {
        // Of years and dates, one that was published twice has a second number: 20240102.1 beside 20240301.
        let is_odd = |dotted| doubt.first == FirstNumber::Plain || dotted < doubt.first;
        (doubt.is_lone && self.seen.dotted.is_some_and(is_odd))
            || (doubt.is_date_like && self.has_small())
    }

    /// Tells whether there are versions below 1000; a lone number is none beside versions of more numbers.
    fn has_small(self) -> bool {
        self.seen.small || (self.seen.small_lone && self.seen.dotted.is_none())
    }
}

/// Says why a version was dropped.
pub(super) fn reason(version: VersionRef<'_>) -> String {
    let first = version.parts()[0];
    let what = match first {
        1900..=2999 => "a date",
        _ if version.is_date_like() => "a date or a commit",
        _ => return format!("one number ({first}), and the list has versions of two and more"),
    };
    format!("looks like {what} ({first}), and the list has versions below 1000")
}
