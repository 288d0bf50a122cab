use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::image::{Digest, Repository, Tag};

/// What one run observes, to be added to a [`Ledger`](super::Ledger) at its end.
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
    /// Begins the observations of a run, which happen at one time, in whole seconds.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: Timestamp::from_second(now.as_second()).unwrap_or(now),
            repositories: BTreeMap::new(),
        }
    }

    /// Adds what was seen in the same run of other repositories.
    pub fn add(&mut self, other: Self) {
        self.repositories.extend(other.repositories);
    }

    /// Notes the whole list of a repository's tags.
    pub fn tags(&mut self, repository: &Repository, tags: &[Tag]) {
        self.seen(repository).listed = Some(tags.iter().cloned().collect());
    }

    /// Notes what a tag names.
    pub fn digest(&mut self, repository: &Repository, tag: &Tag, digest: &Digest) {
        let digests = &mut self.seen(repository).digests;
        digests.insert(tag.clone(), digest.clone());
    }

    /// Notes how many tags a repository has, when the lock is written.
    pub fn tag_count(&mut self, repository: &Repository, count: usize) {
        self.seen(repository).count = Some(count);
    }

    /// Says whether there is nothing to add.
    pub fn is_empty(&self) -> bool {
        self.repositories.is_empty()
    }

    fn seen(&mut self, repository: &Repository) -> &mut SeenRepository {
        self.repositories.entry(repository.clone()).or_default()
    }
}
