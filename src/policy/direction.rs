use std::cmp::Ordering;
use std::fmt;

/// Which end of an order is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The highest wins, as with Flux's `asc`: the last of an ascending list.
    #[default]
    Ascending,
    /// The lowest wins.
    Descending,
}

impl Direction {
    /// Both directions with their names.
    pub const NAMES: [(&'static str, Self); 2] =
        [("asc", Self::Ascending), ("desc", Self::Descending)];

    /// Returns the direction of a name.
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, direction)| *direction)
    }

    /// Returns the direction's name.
    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Turns an order by size into one by preference, the best last.
    pub(super) fn apply(self, ordering: Ordering) -> Ordering {
        match self {
            Self::Ascending => ordering,
            Self::Descending => ordering.reverse(),
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
