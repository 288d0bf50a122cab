use std::collections::BTreeMap;

use super::{Candidates, Outcome, Policy, Prerelease, Rule, Strategy, Verdict};
use crate::image::Tag;
use crate::version::Constraint;

impl Policy {
    /// Returns the policy without its constraint: what it would take if every version were allowed.
    #[must_use]
    pub fn unconstrained(&self) -> Self {
        let mut policy = self.clone();
        match &mut policy.strategy {
            Strategy::Semver { constraint } => *constraint = Constraint::any(),
            Strategy::Calver { constraint, .. } => *constraint = None,
            Strategy::Numerical { .. }
            | Strategy::Alphabetical { .. }
            | Strategy::NewestBuild
            | Strategy::Digest { .. } => {}
        }
        policy
    }

    /// Returns the verdicts on the tags that look better than the chosen one, the best first.
    ///
    /// Those are the ones that the strategy would put before it if there were no constraint, no
    /// patterns and no guards, and prereleases counted; and those that the date guard dropped.
    /// Without a chosen tag, all of them look better.
    pub fn better_looking<'v>(
        &self,
        candidates: &Candidates<'_>,
        verdicts: &'v [Verdict],
    ) -> Vec<&'v Verdict> {
        let chosen = verdicts
            .iter()
            .find(|verdict| verdict.outcome == Outcome::Chosen)
            .map(|verdict| &verdict.tag);
        let mut lenient = self.unconstrained().without_patterns();
        lenient.prerelease = lenient.prerelease.map(|_| Prerelease::Always).or_else(|| {
            matches!(lenient.strategy, Strategy::Semver { .. }).then_some(Prerelease::Always)
        });
        let free = Candidates::of(candidates.tags)
            .dates(candidates.dates)
            .current(candidates.current)
            .without_floor();
        let ranked = lenient.evaluate(&free);
        let before: BTreeMap<&Tag, usize> = ranked
            .iter()
            .take_while(|verdict| Some(&verdict.tag) != chosen)
            .filter(|verdict| verdict.outcome != Outcome::Dropped)
            .enumerate()
            .map(|(rank, verdict)| (&verdict.tag, rank))
            .collect();
        let mut better: Vec<(usize, &Verdict)> = verdicts
            .iter()
            .filter(|verdict| matches!(verdict.outcome, Outcome::Dropped | Outcome::Held))
            .filter_map(|verdict| match before.get(&verdict.tag) {
                Some(rank) => Some((*rank, verdict)),
                None if verdict.rule == Rule::DateGuard => Some((0, verdict)),
                None => None,
            })
            .collect();
        better.sort_by_key(|(rank, _)| *rank);
        better.into_iter().map(|(_, verdict)| verdict).collect()
    }
}
