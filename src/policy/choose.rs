use super::date_guard::DateGuard;
use super::judge::Candidate;
use super::order::Order;
use super::{Policy, Question, Strategy};
use crate::image::Tag;
use crate::version::Constraint;

impl Policy {
    /// Returns the tag that the policy takes, if any fits.
    ///
    /// Looks at each tag once, without sorting or allocating.
    pub fn choose<'t>(&self, question: &Question<'t>) -> Option<&'t Tag> {
        match &self.strategy {
            Strategy::Semver { constraint } => self.highest(constraint, question),
            Strategy::Digest { tag: followed } => question
                .tags
                .iter()
                .find(|tag| *tag == followed && !question.passed_over.contains_key(*tag)),
        }
    }

    /// Tells whether the filters and the strategy allow a tag, whatever other tags there are.
    pub fn allows(&self, tag: &Tag) -> bool {
        self.choose(&Question::of(std::slice::from_ref(tag)))
            .is_some()
    }

    fn highest<'t>(&self, constraint: &Constraint, question: &Question<'t>) -> Option<&'t Tag> {
        let order = Order::new(self, question.current);
        let mut guard = DateGuard::new(constraint);
        let mut best: Option<Candidate<'t>> = None;
        let mut best_suspect: Option<Candidate<'t>> = None;
        for tag in question.tags {
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
            if improves && !question.passed_over.contains_key(tag) {
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
