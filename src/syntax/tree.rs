use std::collections::HashMap;
use std::ops::{Deref, DerefMut, Range};
use std::sync::OnceLock;

use serde_json::{Map, Number, Value};

/// From how many entries on it is worth the time to look keys up in an index.
const MANY: usize = 32;

/// A value of a text with the place it is written at, the same for every format.
#[derive(Clone, Debug)]
pub struct Node {
    /// The bytes of the value as written, with its quotes. For a table in several pieces, one of them.
    pub span: Range<usize>,
    /// What the value is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing: `null`, or in YAML `~` or no text at all.
    Null,
    /// A string.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Numeral),
    /// A scalar that JSON has no word for.
    Other {
        /// What it is, in a few words: `a date or a time`.
        what: &'static str,
        /// The scalar as it is written.
        written: Box<str>,
    },
    /// A list.
    List(Vec<Node>),
    /// A table, a mapping, an object.
    Table(MapEntries),
}

/// A number that keeps its spelling: `1.10` is not `1.1`.
#[derive(Clone, Debug)]
pub struct Numeral {
    /// What it counts.
    pub value: Number,
    /// The number as it is written.
    pub written: Box<str>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// The key, without its quotes.
    pub key: String,
    /// The bytes of the key as written, with its quotes.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

impl Kind {
    /// Makes a number, or what stands for one that is too large.
    pub(super) fn number(value: Option<Number>, written: &str) -> Self {
        match value {
            Some(value) => Self::Number(Numeral {
                value,
                written: written.into(),
            }),
            None => Self::other("a number out of range", written),
        }
    }

    pub(super) fn other(what: &'static str, written: &str) -> Self {
        Self::Other {
            what,
            written: written.into(),
        }
    }
}

impl From<i64> for Numeral {
    fn from(value: i64) -> Self {
        Self {
            value: value.into(),
            written: value.to_string().into(),
        }
    }
}

impl Numeral {
    /// Returns the number as JSON Schema knows it, to which `4.0` is whole.
    fn whole(&self) -> Number {
        match self.value.as_f64() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the value is small and whole"
            )]
            Some(float) if self.value.is_f64() && float.fract() == 0.0 && float.abs() < 1e9 => {
                (float as i64).into()
            }
            _ => self.value.clone(),
        }
    }
}

impl Node {
    /// Returns the entry that a path leads to. Where a key stands twice, the first one.
    pub fn entry<S: AsRef<str>>(&self, path: &[S]) -> Option<&MapEntry> {
        let (last, parents) = path.split_last()?;
        match &self.node(parents)?.kind {
            Kind::Table(entries) => entries.get(last.as_ref()),
            _ => None,
        }
    }

    /// Returns the value that a path leads to; items of lists are numbered from 0.
    pub fn node<S: AsRef<str>>(&self, path: &[S]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, step| node.child(step.as_ref()))
    }

    /// Returns the entry of a key. Where it stands twice the last one, as lenient readers take it.
    pub fn last_entry(&self, key: &str) -> Option<&MapEntry> {
        self.entries().iter().rfind(|entry| entry.key == key)
    }

    /// Returns what a path leads to as lenient readers see it: of a key that stands twice the last, and a null
    /// is as good as nothing.
    pub fn field<S: AsRef<str>>(&self, path: &[S]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, step| match &node.kind {
                Kind::List(items) => items.get(step.as_ref().parse::<usize>().ok()?),
                _ => node.last_entry(step.as_ref()).map(|entry| &entry.value),
            })
            .filter(|node| !matches!(node.kind, Kind::Null))
    }

    /// Returns the scalar that a path leads to as lenient readers see it, as a text.
    pub fn field_text<S: AsRef<str>>(&self, path: &[S]) -> Option<&str> {
        self.field(path)?.scalar()
    }

    /// Returns the entries of a table; none of anything else.
    pub fn entries(&self) -> &[MapEntry] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar, whatever type a reader sees in it; none of a null.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            Kind::Number(number) => Some(&number.written),
            Kind::Other { written, .. } => Some(written),
            Kind::Null | Kind::List(_) | Kind::Table(_) => None,
        }
    }

    /// Returns how many values this one is made of, itself among them.
    pub(super) fn count(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Self::count).sum::<usize>(),
            Kind::Table(entries) => entries.iter().map(|entry| entry.value.count()).sum(),
            _ => 0,
        }
    }

    fn child(&self, step: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Table(entries) => entries.get(step).map(|entry| &entry.value),
            Kind::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Returns the value without its places. What JSON has no word for is null.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Bool(bool) => Value::Bool(*bool),
            Kind::Number(number) => Value::Number(number.whole()),
            Kind::Null | Kind::Other { .. } => Value::Null,
            Kind::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Kind::Table(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    // The first of several keys of one name counts: the others are errors.
                    map.entry(entry.key.as_str())
                        .or_insert_with(|| entry.value.to_value());
                }
                Value::Object(map)
            }
        }
    }
}

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
