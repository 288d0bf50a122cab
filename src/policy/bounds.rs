use super::neighbors::Neighbors;
use super::rankable_tag::RankableTag;
use super::ranking::Ranking;
use super::sort_key::SortKey;
use super::values::Values;
use super::{Candidates, Level, Policy, Rule};
use crate::image::Tag;

/// What the tag of the pin that is there holds a choice to.
#[derive(Clone, Copy, Debug)]
pub(super) struct CurrentBounds<'q, 'k> {
    /// Nothing below it is taken.
    floor: Option<RankableTag<'q, 'k>>,
    /// How many of the first numbers stay, and the version that they are those of.
    line: Option<(usize, SortKey<'k>)>,
    order: Ranking,
}

/// The current tag as the policy reads it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current<'q, 'k> {
    /// If the policy allows it.
    pub(super) candidate: Option<RankableTag<'q, 'k>>,
    /// Its version, also if it is from before the filters were changed.
    pub(super) key: Option<SortKey<'k>>,
}

impl<'q, 'k> Current<'q, 'k> {
    /// Reads the current tag; `values` is made of that tag alone.
    pub(super) fn read(
        neighbors: &Neighbors<'_, '_>,
        candidates: &Candidates<'q>,
        values: &'k Values,
    ) -> Self
    where
        'q: 'k,
    {
        let Some(tag) = candidates.current else {
            return Self {
                candidate: None,
                key: None,
            };
        };
        let policy = neighbors.policy();
        let cut = values.cut(policy, 0, tag);
        let key = cut.ok().and_then(|cut| policy.key(cut.value));
        Self {
            candidate: neighbors.judge(tag, cut, candidates.dates).ok(),
            key: key.or_else(|| policy.key(tag.as_str())),
        }
    }

    /// Makes the list of one that [`Self::read`] wants.
    pub(super) fn values(policy: &Policy, current: Option<&Tag>) -> Values {
        Values::of(policy, current.into_iter())
    }
}

/// Tells whether the current tag has the platforms that the config requires: without them it has to
/// give way, to whatever tag has them.
fn can_stay(candidates: &Candidates<'_>, current: &Tag) -> bool {
    let passed_over = candidates.passed_over.get(current);
    passed_over.is_none_or(|passed_over| passed_over.rule != Rule::Platforms)
}

impl<'q, 'k> CurrentBounds<'q, 'k> {
    pub(super) fn new(
        candidates: &Candidates<'_>,
        current: &Current<'q, 'k>,
        order: Ranking,
    ) -> Self {
        let kept = match candidates.level {
            Some(Level::Patch) => 2,
            Some(Level::Minor) => 1,
            Some(Level::Major) | None => 0,
        };
        Self {
            floor: current
                .candidate
                .filter(|candidate| candidates.has_floor() && can_stay(candidates, candidate.tag)),
            line: current.key.filter(|_| kept > 0).map(|key| (kept, key)),
            order,
        }
    }

    /// Applies the rules about the current tag, in their order.
    pub(super) fn check(&self, candidate: &RankableTag<'_, '_>) -> Result<(), Rule> {
        if let Some((kept, current)) = self.line
            && let (Some(parts), Some(wanted)) = (candidate.key.parts(), current.parts())
            && parts[..kept] != wanted[..kept]
        {
            return Err(Rule::Level);
        }
        match &self.floor {
            Some(floor) if self.order.rank(candidate, floor).0.is_lt() => Err(Rule::Downgrade),
            _ => Ok(()),
        }
    }
}
