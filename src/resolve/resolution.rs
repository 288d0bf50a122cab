use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::pending_job::PendingJob;
use super::{Explanation, Failure, Held};
use crate::error::Diagnostic;
use crate::image::Repository;
use crate::lock::Pin;
use crate::tag::Observations;

/// What a resolution came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The pins, sorted by name: those that stayed and those that were resolved.
    ///
    /// An image that failed has its old pin here, if it had one.
    pub images: Vec<Pin>,
    /// The images that failed, sorted by name.
    pub failures: Vec<Failure>,
    /// The tags that pins were kept from, sorted by name and tag.
    pub held: Vec<Held>,
    /// What the policies had before them, for the images whose tags were listed; sorted by name.
    pub explanations: Vec<Explanation>,
    /// What was seen of tags whose age plays a part; for the [`Ledger`](crate::tag::Ledger).
    pub observations: Observations,
    /// How many tags each repository that was listed has.
    pub tag_counts: BTreeMap<Repository, usize>,
    /// What a reader should know besides, sorted; each names its image.
    pub warnings: Vec<Diagnostic>,
}

impl Resolution {
    /// Returns the outcome of a run in which these pins stay and nothing was asked.
    pub fn unasked(images: Vec<Pin>, now: Timestamp) -> Self {
        Self {
            images,
            failures: Vec::new(),
            held: Vec::new(),
            explanations: Vec::new(),
            observations: Observations::at(now),
            tag_counts: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Returns the pin of an image.
    pub fn image(&self, name: &str) -> Option<&Pin> {
        let place = self
            .images
            .binary_search_by(|entry| entry.name.as_str().cmp(name));
        place.ok().map(|place| &self.images[place])
    }

    /// Returns why an image failed, if it did.
    pub fn failure(&self, name: &str) -> Option<&Failure> {
        let place = self
            .failures
            .binary_search_by(|failure| failure.name.as_str().cmp(name));
        place.ok().map(|place| &self.failures[place])
    }

    /// Returns what an image's policy had before it, if its tags were listed.
    pub fn explanation(&self, name: &str) -> Option<&Explanation> {
        let place = self
            .explanations
            .binary_search_by(|explanation| explanation.spec().name.as_str().cmp(name));
        place.ok().map(|place| &self.explanations[place])
    }

    /// Returns how many tags the repositories have, to be noted once the lock is written.
    pub fn counted(&self) -> Observations {
        let mut counted = self.observations.clone();
        for (repository, count) in &self.tag_counts {
            counted.tag_count(repository, *count);
        }
        counted
    }

    /// Adds what another part of the run came to, which has no registry in common with this one.
    pub(super) fn add(&mut self, part: Self) {
        self.images.extend(part.images);
        self.failures.extend(part.failures);
        self.held.extend(part.held);
        self.explanations.extend(part.explanations);
        self.observations.add(part.observations);
        self.tag_counts.extend(part.tag_counts);
        self.warnings.extend(part.warnings);
    }

    /// Says what is odd in the policies, over the whole batch at once.
    pub(super) fn lint(&mut self) {
        let lints = self
            .explanations
            .par_iter()
            .flat_map_iter(Explanation::lints);
        let lints: Vec<Diagnostic> = lints.collect();
        self.warnings.extend(lints);
    }

    /// Takes the pin of an image, and what it was kept from.
    pub(super) fn take(&mut self, pending: &PendingJob, entry: Pin) {
        self.held.extend(pending.held.values().cloned());
        self.images.push(entry);
    }

    /// Notes that an image failed; its old pin stays.
    pub(super) fn fail(&mut self, pending: &PendingJob, diagnostic: Diagnostic) {
        self.images.extend(pending.job.old.clone());
        self.failures
            .push(Failure::new(&pending.job.spec.name, diagnostic));
    }

    /// Brings everything into an order that no timing has a part in.
    pub(super) fn sort(&mut self) {
        self.images
            .sort_by(|left, right| left.name.cmp(&right.name));
        self.failures
            .sort_by(|left, right| left.name.cmp(&right.name));
        self.held
            .sort_by(|left, right| (&left.name, &left.tag).cmp(&(&right.name, &right.tag)));
        self.explanations
            .sort_by(|left, right| left.spec().name.cmp(&right.spec().name));
        self.warnings.sort_by(|left, right| {
            (&left.subject, left.code, &left.message).cmp(&(
                &right.subject,
                right.code,
                &right.message,
            ))
        });
    }
}
