use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Held;
use super::plan::{Goal, Job};
use crate::image::Tag;
use crate::policy::{Level, PassedOver, Question, Strategy};

/// A job with what was learnt of its tags so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open {
    pub(super) job: Job,
    /// The tags that are held back.
    pub(super) held: BTreeMap<Tag, Held>,
    /// What the policy is told of them.
    passed_over: BTreeMap<Tag, PassedOver>,
    /// When the tags were built or pushed, where the policy asks for it.
    pub(super) dates: BTreeMap<Tag, Timestamp>,
}

impl Open {
    pub(super) fn new(job: Job) -> Self {
        Self {
            job,
            held: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            dates: BTreeMap::new(),
        }
    }

    /// Holds a tag back, so that the next choice is another one.
    ///
    /// A pinned digest that lacks a platform says nothing of its tag, which may have moved: the
    /// policy chooses afresh.
    pub(super) fn hold(&mut self, held: Held) {
        if matches!(self.job.goal, Goal::Platforms(..)) {
            self.job.goal = Goal::Choose;
            return;
        }
        self.passed_over
            .insert(held.tag.clone(), held.passed_over());
        self.held.insert(held.tag.clone(), held);
    }

    /// Says whether the choice needs the repository's tag list.
    pub(super) fn needs_tags(&self) -> bool {
        self.job.goal == Goal::Choose
            && !matches!(self.job.spec.policy.strategy, Strategy::Digest { .. })
    }

    /// Returns what the policy is asked about a tag list.
    pub(super) fn question<'q>(&'q self, tags: &'q [Tag], level: Option<Level>) -> Question<'q> {
        let guards = &self.job.spec.guards;
        let current = self.job.current().map(|entry| &entry.tag);
        // A pin that lacks what the config requires by now is no floor.
        let has_no_floor = current.is_some_and(|tag| self.held.contains_key(tag));
        Question {
            passed_over: &self.passed_over,
            dates: &self.dates,
            level: level.into_iter().chain(guards.level).min(),
            allow_downgrade: guards.allow_downgrade || has_no_floor,
            ..Question::of(tags).current(current)
        }
    }
}
