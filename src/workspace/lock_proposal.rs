use std::collections::BTreeMap;

use super::LoadedLock;
use crate::diff::{self, Diff};
use crate::error::{Class, Diagnostic};
use crate::lock::{self, Lock, LockFile, Saved};
use crate::registry::Client;
use crate::report::{ChangeFacts, ComparedLocks, Report, Side, change_facts, fact_subjects};
use crate::resolve::{self, Resolution, fetch_facts};

/// A new lock, not written yet, and how it differs from the one before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LockProposal {
    /// The lock as it was.
    pub before: LoadedLock,
    /// The lock as it would be. An image that failed keeps the pin it had.
    pub after: Lock,
    /// What changes.
    pub diff: Diff,
    /// What failed, what is held back, and what was observed on the way.
    pub resolution: Resolution,
}

impl LockProposal {
    pub(super) fn new(before: LoadedLock, after: Lock, resolution: Resolution) -> Self {
        let diff = diff::compare(&before.lock, &after);
        Self {
            before,
            after,
            diff,
            resolution,
        }
    }

    pub(super) fn of_resolution(before: LoadedLock, resolution: Resolution) -> Self {
        let after = Lock {
            images: resolution.images.clone(),
            extra: before.lock.extra.clone(),
        };
        Self::new(before, after, resolution)
    }

    /// Returns `true` if the lock's text would be another one.
    pub fn has_changes(&self) -> bool {
        self.before.conflicts.is_some() || !self.diff.is_empty()
    }

    /// Returns the worst class among the failures; none if nothing failed.
    pub fn worst_failure(&self) -> Option<Class> {
        resolve::worst(&self.resolution.failures)
    }

    /// Returns the text of the new lock.
    pub fn text(&self) -> String {
        lock::write(&self.after)
    }

    /// Asks for dates and sources of the images that change, by the image's name; `jobs` at once.
    pub async fn fetch_facts(&self, client: &Client, jobs: usize) -> BTreeMap<String, ChangeFacts> {
        let known = fetch_facts(client, fact_subjects(&self.diff), jobs).await;
        change_facts(&self.diff, &known)
    }

    /// Returns the report of the lock that is shown as `name`.
    pub fn report(&self, name: &str, facts: &BTreeMap<String, ChangeFacts>) -> Report {
        let sides = ComparedLocks {
            lockfile: name.into(),
            before: Side::Path(name.into()),
            after: Side::WorkingTree(name.into()),
        };
        Report::of_resolution(&self.diff, sides, facts, &self.resolution)
    }

    /// Writes the new lock, unless the file has its text already.
    ///
    /// # Errors
    ///
    /// Those of [`LockFile::save`].
    pub fn save(&self, file: &LockFile) -> Result<Saved, Diagnostic> {
        self.before.save(file, &self.after)
    }
}
