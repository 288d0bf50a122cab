use std::collections::{BTreeMap, BTreeSet};

use crate::image::{Digest, Platform, Reference, Repository, Tag};

/// The format version this release reads and writes.
pub const VERSION: i64 = 1;

/// The JSON schema of `images.lock`, as the file would look in JSON.
pub const SCHEMA: &str = include_str!("../../schema/lock.schema.json");

/// All pins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// The pins, sorted by name, each name once.
    pub images: Vec<Pin>,
    /// Top-level keys this release does not know, kept as they are.
    pub extra: toml::Table,
}

/// One pin: what a policy chose.
///
/// An entry is a function of the policy and the digest alone, never of the way it came about.
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
    /// The digest, of the index where there is one.
    pub digest: Digest,
    /// The digests of the platforms: all of an index, or those that the config asks for.
    pub platforms: BTreeMap<Platform, Digest>,
    /// Keys this release does not know, kept as they are.
    pub extra: toml::Table,
}

impl Lock {
    /// Leaves only the pins of these images.
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
