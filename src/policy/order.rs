use std::cmp::Ordering;

use super::Policy;
use super::judge::Candidate;
use crate::image::Tag;
use crate::version::VersionRef;

/// What made one candidate better than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Version,
    PartCount,
    CurrentForm,
    WithoutV,
    Bytes,
}

/// The order of candidates, best last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// Whether the current tag is written with `v`, if it is a version.
    current_has_v: Option<bool>,
}

impl Order {
    pub(super) fn new(policy: &Policy, current: Option<&Tag>) -> Self {
        let version = current.and_then(|tag| match policy.candidate(tag) {
            Ok(candidate) => Some(candidate.version),
            // A tag from before the suffix was set or changed still has a form to keep.
            Err(_) => VersionRef::parse(tag.as_str()),
        });
        Self {
            current_has_v: version.map(VersionRef::has_v),
        }
    }

    pub(super) fn compare(self, left: Candidate<'_>, right: Candidate<'_>) -> Ordering {
        self.explain(left, right).0
    }

    /// Compares, and says which step decided.
    pub(super) fn explain(self, left: Candidate<'_>, right: Candidate<'_>) -> (Ordering, Step) {
        let (one, other) = (left.version, right.version);
        let ordering = one.precedence(other);
        if ordering.is_ne() {
            return (ordering, Step::Version);
        }
        let ordering = one.part_count().cmp(&other.part_count());
        if ordering.is_ne() {
            return (ordering, Step::PartCount);
        }
        if one.has_v() != other.has_v() {
            let (wanted, step) = match self.current_has_v {
                Some(has_v) => (has_v, Step::CurrentForm),
                None => (false, Step::WithoutV),
            };
            let ordering = (one.has_v() == wanted).cmp(&(other.has_v() == wanted));
            return (ordering, step);
        }
        (right.tag.cmp(left.tag), Step::Bytes)
    }
}

impl Step {
    /// Says why a candidate stands behind the best one.
    pub(super) fn reason(self, best: Candidate<'_>) -> String {
        let tag = best.tag;
        match self {
            Self::Version => format!("lower than {tag}"),
            Self::PartCount => format!("equal to {tag}, which has more numeric parts"),
            Self::CurrentForm if best.version.has_v() => {
                format!("equal to {tag}, which has a `v` as the current tag has")
            }
            Self::CurrentForm => {
                format!("equal to {tag}, which has no `v` as the current tag has none")
            }
            Self::WithoutV => format!("equal to {tag}, which has no `v`"),
            Self::Bytes => format!("equal to {tag}, which comes first in byte order"),
        }
    }
}
