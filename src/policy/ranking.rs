use std::cmp::Ordering;

use super::numbers::compare_numbers;
use super::rankable_tag::RankableTag;
use super::sort_key::SortKey;
use super::{Direction, Policy, Strategy};
use crate::version::natural;

/// What made one candidate better than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RankingStep {
    Value,
    Suffix,
    PartCount,
    CurrentForm,
    WithoutV,
    Rest,
    Length,
    Bytes,
}

/// The order of candidates, best last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranking {
    direction: Direction,
    /// Whether suffixes are compared: only those that a glob matched differ.
    has_tails: bool,
    /// Whether tags with one value may differ in more than the way of writing it.
    has_rests: bool,
    /// Whether the current tag is written with `v`, if it is a version.
    current_has_v: Option<bool>,
}

impl Ranking {
    pub(super) fn new(policy: &Policy, current: Option<SortKey<'_>>) -> Self {
        let direction = match &policy.strategy {
            Strategy::Numerical { order } | Strategy::Alphabetical { order } => *order,
            _ => Direction::Ascending,
        };
        Self {
            direction,
            has_tails: policy.suffix.as_ref().is_some_and(super::Suffix::is_glob),
            has_rests: policy.extract.is_some(),
            current_has_v: current.and_then(SortKey::has_v),
        }
    }

    pub(super) fn compare(
        self,
        left: &RankableTag<'_, '_>,
        right: &RankableTag<'_, '_>,
    ) -> Ordering {
        self.explain(left, right).0
    }

    /// Compares by what the tags mean, leaving ties.
    pub(super) fn rank(
        self,
        left: &RankableTag<'_, '_>,
        right: &RankableTag<'_, '_>,
    ) -> (Ordering, RankingStep) {
        let ordering = self.direction.apply(left.key.compare(right.key));
        if ordering.is_eq() && self.has_tails {
            return (natural(left.tail, right.tail), RankingStep::Suffix);
        }
        (ordering, RankingStep::Value)
    }

    /// Compares, and says which step decided.
    pub(super) fn explain(
        self,
        left: &RankableTag<'_, '_>,
        right: &RankableTag<'_, '_>,
    ) -> (Ordering, RankingStep) {
        let (ordering, step) = self.rank(left, right);
        if ordering.is_ne() {
            return (ordering, step);
        }
        let ordering = left.key.part_count().cmp(&right.key.part_count());
        if ordering.is_ne() {
            return (ordering, RankingStep::PartCount);
        }
        if left.key.has_v() != right.key.has_v() {
            let (wanted, step) = match self.current_has_v {
                Some(has_v) => (has_v, RankingStep::CurrentForm),
                None => (false, RankingStep::WithoutV),
            };
            let has_wanted = |key: SortKey<'_>| key.has_v() == Some(wanted);
            return (has_wanted(left.key).cmp(&has_wanted(right.key)), step);
        }
        if self.has_rests {
            let ordering = compare_numbers(left.tag.as_str(), right.tag.as_str());
            if ordering.is_ne() {
                return (ordering, RankingStep::Rest);
            }
        }
        let bytes = left.tag.cmp(right.tag);
        match left.key {
            SortKey::Number(_) => {
                let length = |candidate: &RankableTag<'_, '_>| candidate.tag.as_str().len();
                let ordering = length(right).cmp(&length(left));
                if ordering.is_ne() {
                    return (ordering, RankingStep::Length);
                }
                (bytes.reverse(), RankingStep::Bytes)
            }
            SortKey::Time(_) => (bytes, RankingStep::Bytes),
            _ => (bytes.reverse(), RankingStep::Bytes),
        }
    }

    /// Says why a candidate stands behind a better one.
    pub(super) fn reason(
        self,
        better: &RankableTag<'_, '_>,
        candidate: &RankableTag<'_, '_>,
    ) -> String {
        let tag = better.tag;
        let equal = match better.key {
            SortKey::Time(_) => format!("as old as {tag}"),
            _ => format!("equal to {tag}"),
        };
        match self.explain(better, candidate).1 {
            RankingStep::Value => {
                let word = match (better.key, self.direction) {
                    (SortKey::Time(_), _) => "older than",
                    (SortKey::Text(_), Direction::Ascending) => "in byte order before",
                    (SortKey::Text(_), Direction::Descending) => "in byte order after",
                    (_, Direction::Ascending) => "lower than",
                    (_, Direction::Descending) => "higher than",
                };
                format!("{word} {tag}")
            }
            RankingStep::Suffix => format!("{equal}, whose suffix is higher"),
            RankingStep::PartCount => format!("{equal}, which has more numeric parts"),
            RankingStep::CurrentForm if better.key.has_v() == Some(true) => {
                format!("{equal}, which has a `v` as the current tag has")
            }
            RankingStep::CurrentForm => {
                format!("{equal}, which has no `v` as the current tag has none")
            }
            RankingStep::WithoutV => format!("{equal}, which has no `v`"),
            RankingStep::Rest => format!("{equal}, which has higher numbers beside the value"),
            RankingStep::Length => format!("{equal}, which is shorter"),
            RankingStep::Bytes if matches!(better.key, SortKey::Time(_)) => {
                format!("{equal}, which comes last in byte order")
            }
            RankingStep::Bytes => format!("{equal}, which comes first in byte order"),
        }
    }

    /// Says why the best of so many candidates that the policy allows was chosen.
    pub(super) fn praise(self, best: &RankableTag<'_, '_>, count: usize) -> String {
        if count == 1 {
            return "the only tag that fits".into();
        }
        let word = match (best.key, self.direction) {
            (SortKey::Time(_), _) => "newest",
            (SortKey::Text(_), Direction::Ascending) => "last in byte order",
            (SortKey::Text(_), Direction::Descending) => "first in byte order",
            (_, Direction::Ascending) => "highest",
            (_, Direction::Descending) => "lowest",
        };
        format!("the {word} of {count} tags that fit")
    }
}
