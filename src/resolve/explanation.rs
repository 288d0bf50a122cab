use std::sync::Arc;

use super::Held;
use super::pending_job::PendingJob;
use crate::config::ImageSpec;
use crate::error::Diagnostic;
use crate::image::Tag;
use crate::policy::{Candidates, Level, Lint, Verdict};

/// What a policy had before it when it chose for an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pending: PendingJob,
    tags: Arc<[Tag]>,
    level: Option<Level>,
    chosen: Option<Tag>,
}

impl Explanation {
    pub(super) fn new(
        pending: &PendingJob,
        tags: Arc<[Tag]>,
        level: Option<Level>,
        chosen: Option<&Tag>,
    ) -> Self {
        Self {
            pending: pending.clone(),
            tags,
            level,
            chosen: chosen.cloned(),
        }
    }

    /// Returns the image.
    pub fn spec(&self) -> &ImageSpec {
        &self.pending.job.spec
    }

    /// Returns the tag of the pin that was there, if it was of the same repository.
    pub fn current(&self) -> Option<&Tag> {
        self.pending.job.current().map(|entry| &entry.tag)
    }

    /// Returns what the policy was asked at last.
    pub fn candidates(&self) -> Candidates<'_> {
        self.pending.candidates(&self.tags, self.level)
    }

    /// Returns the tags that are held back, by tag.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.pending.held.values()
    }

    /// Returns what is odd in the policy and in its choice, each as a notice at the image's entry.
    pub fn lints(&self) -> Vec<Diagnostic> {
        let spec = self.spec();
        let lints = spec.policy.quirks().into_iter();
        let lints = lints.chain(spec.policy.lint(&self.candidates(), self.chosen.as_ref()));
        let notice = |lint: Lint| {
            Diagnostic::new(lint.code, lint.message)
                .subject(&spec.name)
                .at(spec.place.clone())
                .help(lint.help)
        };
        lints.map(notice).collect()
    }

    /// Returns the tag that the policy would take without its constraint and the guards.
    pub fn latest(&self) -> Option<&Tag> {
        let candidates = Candidates::of(&self.tags)
            .dates(&self.pending.dates)
            .current(self.current())
            .without_floor();
        self.spec().policy.unconstrained().choose(&candidates)
    }

    /// Returns those of the verdicts that are on tags which look better than the chosen one, the best first.
    pub fn better_looking<'v>(&self, verdicts: &'v [Verdict]) -> Vec<&'v Verdict> {
        let policy = &self.spec().policy;
        policy.better_looking(&self.candidates(), verdicts)
    }

    /// Returns the policy's verdict on every tag.
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.spec().policy.evaluate(&self.candidates())
    }
}
