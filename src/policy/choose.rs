use super::bounds::{Current, CurrentBounds};
use super::date_guard::{DateGuard, Doubt};
use super::filter::Filters;
use super::neighbors::Neighbors;
use super::rankable_tag::RankableTag;
use super::ranking::Ranking;
use super::release_lines::full_count;
use super::values::Values;
use super::{Candidates, Policy, Strategy};
use crate::image::Tag;

/// How many candidates are sorted at a time before patterns are held against them.
const BATCH: usize = 64;

impl Policy {
    /// Returns the tag that the policy takes, if any fits.
    ///
    /// Looks at each tag once, without sorting the list. Without `extract`, and up to 10,000 tags,
    /// nothing is allocated, unless the best tag could be another's short name, a date or a lone number:
    /// then each tag is looked at once more, beside the others.
    pub fn choose<'t>(&self, candidates: &Candidates<'t>) -> Option<&'t Tag> {
        if let Strategy::Digest { tag: followed } = &self.strategy {
            return candidates
                .tags
                .iter()
                .find(|tag| *tag == followed && !candidates.passed_over.contains_key(*tag));
        }
        let values = Values::of(self, candidates.tags.iter());
        let current_values = Current::values(self, candidates.current);
        let neighbors = Neighbors::new(self, candidates.tags);
        let current = Current::read(&neighbors, candidates, &current_values);
        let order = Ranking::new(self, current.key);
        let filters = Filters::new(self, candidates.tags.len());
        let search = TagSearch {
            policy: self,
            candidates,
            order,
            bounds: CurrentBounds::new(candidates, &current, order),
            filters: &filters,
            neighbors,
        };
        // To find a date takes longer than to hold patterns against a tag.
        let is_dated = self.needs_dates();
        let ranked = || {
            candidates
                .tags
                .iter()
                .enumerate()
                .filter_map(|(place, tag)| {
                    if is_dated && !filters.pass(tag) {
                        return None;
                    }
                    let cut = values.cut(self, place, tag);
                    self.candidate(tag, cut, candidates.dates).ok()
                })
        };
        let guard = DateGuard::new(self);
        let best = search.best(ranked());
        let chosen = match best {
            Some(best) if search.is_certain(guard, &best) => Some(best),
            Some(_) => search.best_beside_others(guard, current.candidate, ranked()),
            None => None,
        };
        chosen.map(|candidate| candidate.tag)
    }
}

struct TagSearch<'p, 't, 'k> {
    policy: &'p Policy,
    candidates: &'p Candidates<'t>,
    order: Ranking,
    bounds: CurrentBounds<'t, 'k>,
    filters: &'p Filters<'p>,
    neighbors: Neighbors<'p, 't>,
}

impl<'t, 'k> TagSearch<'_, 't, 'k> {
    /// Returns the best candidate by the rules that look at one tag alone.
    fn best(
        &self,
        ranked: impl Iterator<Item = RankableTag<'t, 'k>>,
    ) -> Option<RankableTag<'t, 'k>> {
        let mut best = None;
        let policy = self.policy;
        if policy.needs_dates()
            || policy
                .patterns()
                .iter()
                .all(|(_, patterns)| patterns.is_empty())
        {
            ranked.for_each(|candidate| self.take(candidate, &mut best));
        } else {
            self.take_in_batches(ranked, &mut best);
        }
        best
    }

    /// Takes candidates so that patterns, the costly part, are seldom held against them: in a list
    /// that ascends every tag is better than all before it, but only one of a batch is.
    fn take_in_batches(
        &self,
        ranked: impl Iterator<Item = RankableTag<'t, 'k>>,
        best: &mut Option<RankableTag<'t, 'k>>,
    ) {
        let mut batch = [None; BATCH];
        let mut count = 0;
        for candidate in ranked {
            if !self.improves(&candidate, best.as_ref()) {
                continue;
            }
            batch[count] = Some(candidate);
            count += 1;
            if count == BATCH {
                self.take_best_first(&mut batch, best);
                count = 0;
            }
        }
        self.take_best_first(&mut batch[..count], best);
    }

    fn take_best_first(
        &self,
        batch: &mut [Option<RankableTag<'t, 'k>>],
        best: &mut Option<RankableTag<'t, 'k>>,
    ) {
        batch.sort_unstable_by(|left, right| match (left, right) {
            (Some(left), Some(right)) => self.order.compare(right, left),
            _ => left.is_some().cmp(&right.is_some()),
        });
        for candidate in batch.iter().flatten() {
            self.take(*candidate, best);
        }
    }

    fn take(&self, candidate: RankableTag<'t, 'k>, best: &mut Option<RankableTag<'t, 'k>>) {
        if self.improves(&candidate, best.as_ref())
            && self.accepts(&candidate)
            && !self.is_passed_over(candidate.tag)
        {
            *best = Some(candidate);
        }
    }

    fn improves(
        &self,
        candidate: &RankableTag<'t, 'k>,
        best: Option<&RankableTag<'t, 'k>>,
    ) -> bool {
        best.is_none_or(|best| self.order.compare(candidate, best).is_gt())
    }

    /// Applies the rules, the cheap ones first.
    fn accepts(&self, candidate: &RankableTag<'t, 'k>) -> bool {
        self.policy.admits(candidate.key)
            && self.bounds.check(candidate).is_ok()
            && (self.policy.needs_dates() || self.filters.pass(candidate.tag))
    }

    fn is_passed_over(&self, tag: &Tag) -> bool {
        let passed_over = self.candidates.passed_over;
        !passed_over.is_empty() && passed_over.contains_key(tag)
    }

    /// Tells whether no rule about the other tags of the list can drop the best one.
    fn is_certain(&self, guard: DateGuard<'_>, best: &RankableTag<'t, 'k>) -> bool {
        let count = best.key.part_count();
        let is_short = count > 0 && count < full_count(self.policy);
        !is_short
            && !guard.may_doubt(best.key)
            && self.neighbors.check_architecture(best.tag).is_ok()
    }

    /// Returns the best candidate by all rules.
    fn best_beside_others(
        &self,
        mut guard: DateGuard<'_>,
        current: Option<RankableTag<'t, 'k>>,
        ranked: impl Iterator<Item = RankableTag<'t, 'k>>,
    ) -> Option<RankableTag<'t, 'k>> {
        let neighbors = &self.neighbors;
        let doubt = |guard: DateGuard<'_>, candidate: &RankableTag<'_, '_>| {
            guard.doubt(candidate.key, neighbors.is_lone(candidate.key))
        };
        if let Some(current) = current {
            guard.see(current.key, doubt(guard, &current));
        }
        // The guard drops kinds of doubt, and only once all tags were seen.
        let mut best = [None; Doubt::KINDS];
        for candidate in ranked {
            let doubt = doubt(guard, &candidate);
            let kind = doubt.kind();
            let improves = self.improves(&candidate, best[kind].as_ref());
            let is_of_use = improves || guard.learns_from(candidate.key, doubt);
            if !is_of_use
                || !self.accepts(&candidate)
                || neighbors.check_line(candidate.key).is_err()
                || neighbors.check_architecture(candidate.tag).is_err()
            {
                continue;
            }
            guard.see(candidate.key, doubt);
            if improves && !self.is_passed_over(candidate.tag) {
                best[kind] = Some(candidate);
            }
        }
        let kinds = best.into_iter().enumerate();
        let kept = kinds.filter(|(kind, _)| !guard.drops(Doubt::of_kind(*kind)));
        kept.filter_map(|(_, best)| best)
            .max_by(|left, right| self.order.compare(left, right))
    }
}
