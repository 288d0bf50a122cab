use super::key::Key;
use super::{Policy, Strategy};
use crate::version::{Constraint, VersionRef};

/// Keeps dates, all-digit commits and lone numbers from passing for versions beside real ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateGuard<'p> {
    /// None if the strategy reads no versions.
    constraint: Option<&'p Constraint>,
    names_date_like: bool,
    seen: Seen,
}

/// What passed all other rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// A version below 1000 that is no lone number.
    small: bool,
    /// A lone number below 1000.
    small_lone: bool,
    /// Versions of two or more numbers.
    dotted: Dotted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Dotted {
    #[default]
    None,
    /// All of them begin with a number of six digits or more.
    Long,
    /// One of them begins with a shorter number.
    Short,
}

/// Why a version may be none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doubt {
    /// It looks like a date or a commit.
    pub(super) is_date_like: bool,
    /// It is one number alone, without a longer tag that begins with it.
    pub(super) is_lone: bool,
    /// Its first number has six digits or more.
    pub(super) is_long: bool,
}

impl Doubt {
    /// How many kinds of doubt there are, none among them.
    pub(super) const KINDS: usize = 8;

    /// Returns the place of this kind among all.
    pub(super) fn kind(self) -> usize {
        usize::from(self.is_date_like)
            + 2 * usize::from(self.is_lone)
            + 4 * usize::from(self.is_long)
    }

    /// Returns the kind at a place.
    pub(super) fn of_kind(kind: usize) -> Self {
        Self {
            is_date_like: kind & 1 != 0,
            is_lone: kind & 2 != 0,
            is_long: kind & 4 != 0,
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
            seen: Seen::default(),
        }
    }

    /// Tells whether a version could be dropped, without looking at the other tags.
    pub(super) fn may_doubt(self, key: Key<'_>) -> bool {
        match key {
            Key::Version(version) => version.part_count() == 1 || self.is_date_like(version),
            _ => false,
        }
    }

    /// Returns the doubts about a version; `is_lone` tells whether no longer tag begins with it.
    pub(super) fn doubt(self, key: Key<'_>, is_lone: bool) -> Doubt {
        let (Key::Version(version), Some(constraint)) = (key, self.constraint) else {
            return Doubt::default();
        };
        let is_named = || constraint.names_number_from(version.parts()[0]);
        Doubt {
            is_date_like: self.is_date_like(version),
            is_lone: is_lone && !is_named(),
            is_long: version.is_long(),
        }
    }

    fn is_date_like(self, version: VersionRef<'_>) -> bool {
        version.is_date_like() && !self.names_date_like
    }

    /// Takes notice of a version that passed all other rules.
    pub(super) fn see(&mut self, key: Key<'_>, doubt: Doubt) {
        if let Key::Version(version) = key {
            let is_small = version.parts()[0] < 1000 && !version.is_date_like();
            self.seen.small |= is_small && !doubt.is_lone;
            self.seen.small_lone |= is_small && doubt.is_lone;
            if version.part_count() > 1 {
                let dotted = if version.is_long() {
                    Dotted::Long
                } else {
                    Dotted::Short
                };
                self.seen.dotted = self.seen.dotted.max(dotted);
            }
        }
    }

    /// Tells whether [`Self::see`] of this version would change the guard.
    pub(super) fn learns_from(mut self, key: Key<'_>, doubt: Doubt) -> bool {
        let before = self.seen;
        self.see(key, doubt);
        before != self.seen
    }

    /// Tells whether a version is dropped, once all others were seen.
    pub(super) fn drops(self, doubt: Doubt) -> bool {
        // Of dates, one that was published twice has a second number: 20240102.1 beside 20240301.
        let least = if doubt.is_long {
            Dotted::Short
        } else {
            Dotted::Long
        };
        (doubt.is_lone && self.seen.dotted >= least) || (doubt.is_date_like && self.has_small())
    }

    /// Tells whether there are versions below 1000; a lone number is none beside versions of more numbers.
    fn has_small(self) -> bool {
        self.seen.small || (self.seen.small_lone && self.seen.dotted == Dotted::None)
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
