use super::bounds::{Bounds, Current};
use super::date_guard::DateGuard;
use super::filter::Filters;
use super::judge::Candidate;
use super::order::Order;
use super::values::Values;
use super::{Policy, Question, Strategy};
use crate::image::Tag;

/// How many candidates are sorted at a time before patterns are held against them.
const BATCH: usize = 64;

impl Policy {
    /// Returns the tag that the policy takes, if any fits.
    ///
    /// Looks at each tag once, without sorting the list. Without `extract`, and up to 10,000 tags,
    /// nothing is allocated.
    pub fn choose<'t>(&self, question: &Question<'t>) -> Option<&'t Tag> {
        if let Strategy::Digest { tag: followed } = &self.strategy {
            return question
                .tags
                .iter()
                .find(|tag| *tag == followed && !question.passed_over.contains_key(*tag));
        }
        let values = Values::of(self, question.tags.iter());
        let current_values = Current::values(self, question.current);
        let current = Current::read(self, question, &current_values);
        let order = Order::new(self, current.key);
        let mut guard = DateGuard::new(self);
        if let Some(candidate) = current.candidate {
            guard.see(candidate.key);
        }
        let filters = Filters::new(self, question.tags.len());
        let mut search = Search {
            policy: self,
            question,
            order,
            bounds: Bounds::new(question, &current, order),
            guard,
            filters: &filters,
            best: None,
            best_suspect: None,
        };
        // To find a date takes longer than to hold patterns against a tag.
        let is_dated = self.needs_dates();
        let candidates = question.tags.iter().enumerate().filter_map(|(place, tag)| {
            if is_dated && !filters.pass(tag) {
                return None;
            }
            let cut = values.cut(self, place, tag);
            self.candidate(tag, cut, question.dates).ok()
        });
        if is_dated || (self.allow_tags.is_empty() && self.ignore_tags.is_empty()) {
            candidates.for_each(|candidate| search.take(candidate));
        } else {
            search.take_in_batches(candidates);
        }
        search.result()
    }
}

/// The best candidates so far, one of which may be a date that looks like a version.
struct Search<'p, 't, 'k> {
    policy: &'p Policy,
    question: &'p Question<'t>,
    order: Order,
    bounds: Bounds<'t, 'k>,
    guard: DateGuard,
    filters: &'p Filters<'p>,
    best: Option<Candidate<'t, 'k>>,
    best_suspect: Option<Candidate<'t, 'k>>,
}

impl<'t, 'k> Search<'_, 't, 'k> {
    /// Takes candidates so that patterns, the costly part, are seldom held against them: in a list
    /// that ascends every tag is better than all before it, but only one of a batch is.
    fn take_in_batches(&mut self, candidates: impl Iterator<Item = Candidate<'t, 'k>>) {
        let mut batch = [None; BATCH];
        let mut count = 0;
        for candidate in candidates {
            if !self.matters(&candidate) {
                continue;
            }
            batch[count] = Some(candidate);
            count += 1;
            if count == BATCH {
                self.take_best_first(&mut batch);
                count = 0;
            }
        }
        self.take_best_first(&mut batch[..count]);
    }

    fn take_best_first(&mut self, batch: &mut [Option<Candidate<'t, 'k>>]) {
        batch.sort_unstable_by(|left, right| match (left, right) {
            (Some(left), Some(right)) => self.order.compare(right, left),
            _ => left.is_some().cmp(&right.is_some()),
        });
        for candidate in batch.iter().flatten() {
            self.take(*candidate);
        }
    }

    fn take(&mut self, candidate: Candidate<'t, 'k>) {
        if !self.matters(&candidate) || !self.accepts(&candidate) {
            return;
        }
        self.guard.see(candidate.key);
        let passed_over = self.question.passed_over;
        if self.improves(&candidate)
            && (passed_over.is_empty() || !passed_over.contains_key(candidate.tag))
        {
            if self.guard.suspects(candidate.key) {
                self.best_suspect = Some(candidate);
            } else {
                self.best = Some(candidate);
            }
        }
    }

    /// Tells whether anything would change if the candidate were accepted.
    fn matters(&self, candidate: &Candidate<'t, 'k>) -> bool {
        self.improves(candidate) || self.guard.learns_from(candidate.key)
    }

    fn improves(&self, candidate: &Candidate<'t, 'k>) -> bool {
        let best = if self.guard.suspects(candidate.key) {
            &self.best_suspect
        } else {
            &self.best
        };
        best.as_ref()
            .is_none_or(|best| self.order.compare(candidate, best).is_gt())
    }

    /// Applies the rules, the cheap ones first.
    fn accepts(&self, candidate: &Candidate<'t, 'k>) -> bool {
        self.policy.admits(candidate.key)
            && self.bounds.check(candidate).is_ok()
            && (self.policy.needs_dates() || self.filters.pass(candidate.tag))
    }

    fn result(self) -> Option<&'t Tag> {
        let suspect = self.best_suspect.filter(|_| !self.guard.is_active());
        let chosen = self
            .best
            .into_iter()
            .chain(suspect)
            .max_by(|left, right| self.order.compare(left, right));
        chosen.map(|candidate| candidate.tag)
    }
}
