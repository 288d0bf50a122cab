use super::bounds::{Current, CurrentBounds};
use super::date_guard::DateGuard;
use super::neighbors::Neighbors;
use super::rankable_tag::RankableTag;
use super::ranking::Ranking;
use super::values::Values;
use super::{Candidates, Policy, Rule};
use crate::image::Tag;

/// The distinct tags among the candidates, with what each is read from.
pub(super) struct DistinctTags<'q> {
    pub(super) tags: Vec<&'q Tag>,
    pub(super) values: Values,
    current: Values,
}

/// What became of the distinct tags: those that fit, best first, and those that a rule dropped, in
/// byte order.
pub(super) struct Classification<'q, 'k> {
    pub(super) order: Ranking,
    pub(super) fitting: Vec<RankableTag<'q, 'k>>,
    /// Tags by their place among the distinct ones.
    pub(super) dropped: Vec<(usize, Rule)>,
    /// How many tags only the rule about the current tag dropped.
    pub(super) below: usize,
}

impl<'q> DistinctTags<'q> {
    pub(super) fn of(policy: &Policy, candidates: &Candidates<'q>) -> Self {
        let tags: Vec<_> = candidates.distinct().into_iter().collect();
        Self {
            values: Values::of(policy, tags.iter().copied()),
            current: Current::values(policy, candidates.current),
            tags,
        }
    }
}

impl Policy {
    /// Applies every rule to every distinct tag; not for `digest`.
    pub(super) fn classify<'q, 'k>(
        &self,
        candidates: &Candidates<'q>,
        distinct: &'k DistinctTags<'q>,
    ) -> Classification<'q, 'k>
    where
        'q: 'k,
    {
        let neighbors = Neighbors::new(self, candidates.tags);
        let current = Current::read(&neighbors, candidates, &distinct.current);
        let order = Ranking::new(self, current.key);
        let bounds = CurrentBounds::new(candidates, &current, order);
        let mut guard = DateGuard::new(self);
        let doubt = |guard: &DateGuard<'_>, key| guard.doubt(key, neighbors.is_lone(key));
        if let Some(candidate) = current.candidate {
            guard.see(candidate.key, doubt(&guard, candidate.key));
        }
        let mut fitting = Vec::new();
        let mut dropped = Vec::new();
        let mut below = Vec::new();
        for (place, tag) in distinct.tags.iter().copied().enumerate() {
            let cut = distinct.values.cut(self, place, tag);
            let judged = neighbors.judge(tag, cut, candidates.dates);
            let judged = judged.map(|candidate| (candidate, bounds.check(&candidate)));
            match judged {
                Ok((candidate, Ok(()))) => {
                    let doubt = doubt(&guard, candidate.key);
                    guard.see(candidate.key, doubt);
                    fitting.push((place, candidate, doubt));
                }
                Ok((candidate, Err(rule))) => {
                    if rule == Rule::Downgrade {
                        below.push(doubt(&guard, candidate.key));
                    }
                    dropped.push((place, rule));
                }
                Err(rule) => dropped.push((place, rule)),
            }
        }
        let (doubtful, fitting): (Vec<_>, Vec<_>) = fitting
            .into_iter()
            .partition(|(_, _, doubt)| guard.drops(*doubt));
        if !doubtful.is_empty() {
            dropped.extend(doubtful.iter().map(|(place, ..)| (*place, Rule::DateGuard)));
            dropped.sort_unstable_by_key(|(place, _)| *place);
        }
        let mut fitting: Vec<_> = fitting
            .into_iter()
            .map(|(_, candidate, _)| candidate)
            .collect();
        fitting.sort_unstable_by(|left, right| order.compare(right, left));
        Classification {
            order,
            fitting,
            dropped,
            below: below.iter().filter(|doubt| !guard.drops(**doubt)).count(),
        }
    }
}
