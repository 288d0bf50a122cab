use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::tree::MapEntry;

/// From how many entries on it is worth the time to look keys up in an index.
const MANY: usize = 32;

/// The entries of a table in the order of the text; a key of a long one is found without reading all of them.
#[derive(Clone, Debug, Default)]
pub struct MapEntries {
    entries: Vec<MapEntry>,
    /// Where each key stands first; made at the first look into a long table.
    places: OnceLock<HashMap<Box<str>, usize>>,
}

impl MapEntries {
    /// Returns the first entry of a key.
    pub fn get(&self, key: &str) -> Option<&MapEntry> {
        if self.entries.len() < MANY {
            return self.entries.iter().find(|entry| entry.key == key);
        }
        let places = self.places.get_or_init(|| {
            let mut places = HashMap::with_capacity(self.entries.len());
            for (place, entry) in self.entries.iter().enumerate() {
                places.entry(entry.key.as_str().into()).or_insert(place);
            }
            places
        });
        places.get(key).map(|place| &self.entries[*place])
    }
}

impl From<Vec<MapEntry>> for MapEntries {
    fn from(entries: Vec<MapEntry>) -> Self {
        Self {
            entries,
            places: OnceLock::new(),
        }
    }
}

impl FromIterator<MapEntry> for MapEntries {
    fn from_iter<I: IntoIterator<Item = MapEntry>>(entries: I) -> Self {
        entries.into_iter().collect::<Vec<_>>().into()
    }
}

impl Deref for MapEntries {
    type Target = Vec<MapEntry>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl DerefMut for MapEntries {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.places = OnceLock::new();
        &mut self.entries
    }
}

impl IntoIterator for MapEntries {
    type Item = MapEntry;
    type IntoIter = std::vec::IntoIter<MapEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'t> IntoIterator for &'t MapEntries {
    type Item = &'t MapEntry;
    type IntoIter = std::slice::Iter<'t, MapEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Kind, Node};
    use super::*;

    fn entry(key: &str, place: usize) -> MapEntry {
        MapEntry {
            key: key.into(),
            key_span: place..place,
            value: Node {
                span: place..place,
                kind: Kind::Bool(true),
            },
        }
    }

    #[test]
    fn the_first_entry_of_a_key_is_found_in_short_and_long_tables() {
        for count in [2, 2 * MANY] {
            let mut table: MapEntries = (0..count)
                .map(|number| entry(&format!("k{}", number % (count - 1)), number))
                .collect::<Vec<_>>()
                .into();
            assert_eq!(table.get("k0").map(|entry| entry.key_span.start), Some(0));
            assert!(table.get("other").is_none());
            table.push(entry("other", count));
            assert_eq!(
                table.get("other").map(|entry| entry.key_span.start),
                Some(count)
            );
        }
    }
}
