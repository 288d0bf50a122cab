use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::image::{Digest, Repository, Tag};

/// The observations of one run, to be added to a [`Ledger`](super::Ledger) at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observations {
    pub(super) now: Timestamp,
    pub(super) repositories: BTreeMap<Repository, SeenRepository>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SeenRepository {
    /// All tags, if they were listed.
    pub(super) listed: Option<BTreeSet<Tag>>,
    pub(super) digests: BTreeMap<Tag, Digest>,
    pub(super) count: Option<usize>,
}

impl Observations {
    /// Creates empty observations for a run; all of them have the same time, in whole seconds.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: Timestamp::from_second(now.as_second()).unwrap_or(now),
            repositories: BTreeMap::new(),
        }
    }

    /// Adds the observations of other repositories in the same run.
    pub fn add(&mut self, other: Self) {
        self.repositories.extend(other.repositories);
    }

    /// Records the complete tag list of a repository.
    pub fn tags(&mut self, repository: &Repository, tags: &[Tag]) {
        self.seen(repository).listed = Some(tags.iter().cloned().collect());
    }

    /// Records the digest that a tag points to.
    pub fn digest(&mut self, repository: &Repository, tag: &Tag, digest: &Digest) {
        let digests = &mut self.seen(repository).digests;
        digests.insert(tag.clone(), digest.clone());
    }

    /// Records the number of tags in a repository, when the lock is written.
    pub fn tag_count(&mut self, repository: &Repository, count: usize) {
        self.seen(repository).count = Some(count);
    }

    /// Returns `true` if there is nothing to add.
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty()
    }

    fn seen(&mut self, repository: &Repository) -> &mut SeenRepository {
        self.repositories.entry(repository.clone()).or_default()
    }
}
