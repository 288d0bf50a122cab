use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;

use crate::image::{Digest, Tag};

/// What a registry's own interface tells of the tags of a repository.
///
/// It may lag behind the registry. A tag that it lacks may be there all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagMetadata {
    tags: BTreeMap<Tag, TagRecord>,
}

/// What a registry's own interface tells of a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagRecord {
    /// What the tag names: the digest of an index where there is one.
    pub digest: Option<Digest>,
    /// When the registry got it, or the tag was set to it last, whichever the registry tells.
    pub pushed: Option<Timestamp>,
}

impl TagMetadata {
    /// Returns what is told of a tag.
    pub fn get(&self, tag: &Tag) -> Option<&TagRecord> {
        self.tags.get(tag)
    }

    /// Returns the tags with what is told of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Tag, &TagRecord)> {
        self.tags.iter()
    }

    /// Returns how many tags there are.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Returns `true` if there is no tag.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// Adds a tag. Of one that was moved while pages were read, what was pushed last counts.
    pub(super) fn add(&mut self, tag: Tag, told: TagRecord) {
        match self.tags.entry(tag) {
            Entry::Vacant(place) => {
                place.insert(told);
            }
            Entry::Occupied(mut place) if place.get().pushed < told.pushed => {
                place.insert(told);
            }
            Entry::Occupied(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_tag_that_is_told_twice_the_later_push_counts() {
        let told = |seed: &str, time: i64| TagRecord {
            digest: Some(Digest::sha256_of(seed.as_bytes())),
            pushed: Timestamp::from_second(time).ok(),
        };
        let tag = Tag::parse("1").unwrap();
        for order in [[("old", 1), ("new", 2)], [("new", 2), ("old", 1)]] {
            let mut inventory = TagMetadata::default();
            for (seed, time) in order {
                inventory.add(tag.clone(), told(seed, time));
            }
            assert_eq!(inventory.get(&tag), Some(&told("new", 2)));
            assert_eq!(inventory.len(), 1);
        }
    }
}
