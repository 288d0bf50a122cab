use std::collections::{BTreeMap, BTreeSet};

use crate::image::{Digest, Platform, Reference, Repository, Tag};

/// The format version that this release reads and writes.
pub const VERSION: i64 = 1;

/// The key that tells a part from a lock.
pub(super) const PART: &str = "part";

/// The JSON schema of `images.lock` in JSON form.
pub const SCHEMA: &str = include_str!("../../schema/lock.schema.json");

/// All pins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// The pins, sorted by name, each name once.
    pub images: Vec<Pin>,
    /// Top-level keys that this release does not know, unchanged.
    pub extra: toml::Table,
}

/// One pin: the choice of a policy.
///
/// An entry depends only on the policy and the digest, not on the run that created it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The image's name in the config.
    pub name: String,
    /// The repository.
    pub image: Repository,
    /// The canonical text of the effective policy.
    pub policy: String,
    /// The chosen tag.
    pub tag: Tag,
    /// The digest; that of the index, if there is one.
    pub digest: Digest,
    /// The digests of the platforms: all of an index, or those that the config requires.
    pub platforms: BTreeMap<Platform, Digest>,
    /// Keys that this release does not know, unchanged.
    pub extra: toml::Table,
}

impl Lock {
    /// Removes all pins except those of these images.
    pub fn retain(&mut self, names: &BTreeSet<String>) {
        self.images.retain(|entry| names.contains(&entry.name));
    }

    /// Returns `true` if the lock or one of its pins has keys that this release does not know.
    pub fn has_unknown_keys(&self) -> bool {
        !self.extra.is_empty() || self.images.iter().any(|pin| !pin.extra.is_empty())
    }

    /// Returns the pin of an image.
    pub fn get(&self, name: &str) -> Option<&Pin> {
        self.images
            .binary_search_by(|entry| entry.name.as_str().cmp(name))
            .ok()
            .map(|index| &self.images[index])
    }
}

impl Pin {
    /// Returns the pinned reference: `docker.io/library/nginx:1.27.5@sha256:…`.
    pub fn reference(&self) -> Reference {
        Reference::new(
            self.image.clone(),
            Some(self.tag.clone()),
            Some(self.digest.clone()),
        )
    }
}
