use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Held;
use super::job::{Goal, Job};
use crate::image::{Digest, Tag};
use crate::policy::{Candidates, Level, PassedOver, Rule, Strategy, VersionKey};

/// A job with what was learnt of its tags so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PendingJob {
    pub(super) job: Job,
    /// The tags that are held back.
    pub(super) held: BTreeMap<Tag, Held>,
    /// What the policy is told of them.
    passed_over: BTreeMap<Tag, PassedOver>,
    /// When the tags were built or pushed, where the policy asks for it.
    pub(super) dates: BTreeMap<Tag, Timestamp>,
    /// What the tags name by the word of the registry's own interface, which dated them and may lag behind.
    pub(super) told: BTreeMap<Tag, Digest>,
}

impl PendingJob {
    pub(super) fn new(job: Job) -> Self {
        Self {
            job,
            held: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            dates: BTreeMap::new(),
            told: BTreeMap::new(),
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

    /// Passes over the tags of the versions that another member of the group lacks.
    ///
    /// Returns the best of them as held back; the others are told where every tag is.
    pub(super) fn leave_to_group(
        &mut self,
        tags: &[Tag],
        lacked: &[(VersionKey, String)],
    ) -> Option<Held> {
        let policy = &self.job.spec.policy;
        let reasons: BTreeMap<&VersionKey, String> = lacked
            .iter()
            .map(|(version, member)| {
                (
                    version,
                    format!("has a version that `{member}` cannot take"),
                )
            })
            .collect();
        let best = lacked.first().map(|(version, _)| version)?;
        let mut best_tag = None;
        for tag in tags {
            let Some(version) = policy.version(tag) else {
                continue;
            };
            let Some(reason) = reasons.get(&version) else {
                continue;
            };
            if version == *best && best_tag.is_none_or(|known| tag < known) {
                best_tag = Some(tag);
            }
            let passed_over = PassedOver {
                rule: Rule::Group,
                reason: reason.clone(),
            };
            self.passed_over.entry(tag.clone()).or_insert(passed_over);
        }
        Some(Held {
            name: self.job.spec.name.clone(),
            tag: best_tag?.clone(),
            rule: Rule::Group,
            reason: reasons[best].clone(),
            age: None,
            eligible: None,
            help: None,
        })
    }

    /// Returns `true` if the choice needs the repository's tag list.
    pub(super) fn needs_tags(&self) -> bool {
        self.job.goal == Goal::Choose
            && !matches!(self.job.spec.policy.strategy, Strategy::Digest { .. })
    }

    /// Returns a tag list as the candidates of the policy.
    pub(super) fn candidates<'q>(
        &'q self,
        tags: &'q [Tag],
        level: Option<Level>,
    ) -> Candidates<'q> {
        let guards = &self.job.spec.guards;
        let current = self.job.current().map(|entry| &entry.tag);
        // A pin that lacks what the config requires by now is no floor.
        let has_no_floor = current.is_some_and(|tag| self.held.contains_key(tag));
        let candidates = Candidates::of(tags)
            .current(current)
            .passed_over(&self.passed_over)
            .dates(&self.dates)
            .guards(guards)
            .level(level.into_iter().chain(guards.level).min());
        if has_no_floor {
            candidates.without_floor()
        } else {
            candidates
        }
    }
}
