use std::fmt;

/// How many there are at least, and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The lower bound.
    pub at_least: u64,
    /// At most so many; none where it depends on what the registry answers.
    pub at_most: Option<u64>,
}

impl Bounds {
    pub(super) const NONE: Self = Self::exactly(0);

    pub(super) const fn exactly(count: u64) -> Self {
        Self::between(count, count)
    }

    pub(super) const fn between(at_least: u64, at_most: u64) -> Self {
        Self {
            at_least,
            at_most: Some(at_most),
        }
    }

    pub(super) const fn or_more(at_least: u64) -> Self {
        Self {
            at_least,
            at_most: None,
        }
    }

    /// Returns `true` if there are none for sure.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Returns `true` if a number is within the bounds.
    pub fn hold(self, count: u64) -> bool {
        self.at_least <= count && self.at_most.is_none_or(|most| count <= most)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            at_least: self.at_least + other.at_least,
            at_most: self
                .at_most
                .zip(other.at_most)
                .map(|(one, other)| one + other),
        }
    }

    /// Returns the bounds for two who may find that they want the same.
    pub(super) fn and_perhaps_shared(self, other: Self) -> Self {
        Self {
            at_least: self.at_least.max(other.at_least),
            ..self.and(other)
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at_most {
            Some(most) if most == self.at_least => write!(formatter, "{most}"),
            Some(most) => write!(formatter, "{} to {most}", self.at_least),
            None => write!(formatter, "{} or more", self.at_least),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_added_and_told() {
        let (two, some, many) = (
            Bounds::exactly(2),
            Bounds::between(1, 3),
            Bounds::or_more(1),
        );
        assert_eq!(two.to_string(), "2");
        assert_eq!(two.and(some).to_string(), "3 to 5");
        assert_eq!(two.and_perhaps_shared(some).to_string(), "2 to 5");
        assert_eq!(some.and(many).to_string(), "2 or more");
        assert!(some.hold(1) && some.hold(3) && many.hold(99));
        assert!(!some.hold(0) && !some.hold(4) && !many.hold(0));
    }
}
