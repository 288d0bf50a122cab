use std::collections::BTreeSet;

use super::date_guard::DateGuard;
use super::judge::Candidate;
use super::order::Order;
use super::{Policy, Strategy};
use crate::image::Tag;
use crate::version::Constraint;

impl Policy {
    /// Returns the tag that the policy takes, if any fits.
    ///
    /// `current` is the tag of the pin that is there, which decides between two spellings of one
    /// version. `unfit` are tags that were found not to do (a platform is missing): they are not
    /// taken, and the date guard still counts them as versions of the list.
    ///
    /// Looks at each tag once, without sorting or allocating.
    pub fn choose<'t>(
        &self,
        tags: &'t [Tag],
        current: Option<&Tag>,
        unfit: &BTreeSet<Tag>,
    ) -> Option<&'t Tag> {
        match &self.strategy {
            Strategy::Semver { constraint } => self.highest(constraint, tags, current, unfit),
            Strategy::Digest { tag: followed } => tags
                .iter()
                .find(|tag| *tag == followed && !unfit.contains(*tag)),
        }
    }

    fn highest<'t>(
        &self,
        constraint: &Constraint,
        tags: &'t [Tag],
        current: Option<&Tag>,
        unfit: &BTreeSet<Tag>,
    ) -> Option<&'t Tag> {
        let order = Order::new(self, current);
        let mut guard = DateGuard::new(constraint);
        let mut best: Option<Candidate<'t>> = None;
        let mut best_suspect: Option<Candidate<'t>> = None;
        for tag in tags {
            let Ok(candidate) = self.candidate(tag) else {
                continue;
            };
            let suspect = guard.suspects(candidate.version);
            let slot = if suspect {
                &mut best_suspect
            } else {
                &mut best
            };
            let improves = slot.is_none_or(|best| order.compare(candidate, best).is_gt());
            // The patterns are the costly part; most tags need not be held against them.
            if !improves && !guard.learns_from(candidate.version) {
                continue;
            }
            if !self.accepts(constraint, candidate) {
                continue;
            }
            guard.see(candidate.version);
            if improves && !unfit.contains(tag) {
                *slot = Some(candidate);
            }
        }
        if guard.is_active() {
            best_suspect = None;
        }
        let chosen = best
            .into_iter()
            .chain(best_suspect)
            .max_by(|left, right| order.compare(*left, *right));
        chosen.map(|candidate| candidate.tag)
    }
}
