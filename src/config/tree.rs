use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Number, Value};

use super::entries::Entries;

/// A value of a config with the place it was written at, the same for every format.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The bytes of the value as written, with its quotes. For a table in several pieces, one of them.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Text(String),
    Bool(bool),
    Number(Number),
    /// Something that no option takes and JSON has no word for, in a few words: `a date`.
    Other(&'static str),
    List(Vec<Node>),
    Table(Entries),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The bytes of the key as written, with its quotes.
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// A key that stands twice in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    pub(super) path: Vec<String>,
    pub(super) first: Option<Range<usize>>,
    pub(super) second: Range<usize>,
}

/// Makes `4.0` the whole number it is to JSON Schema.
fn whole(number: &Number) -> Number {
    match number.as_f64() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the value is small and whole"
        )]
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e9 => {
            (float as i64).into()
        }
        _ => number.clone(),
    }
}

impl Node {
    /// Returns the entry that a path leads to. Where a key stands twice, the first one.
    pub(super) fn entry<S: AsRef<str>>(&self, path: &[S]) -> Option<&Entry> {
        let (last, parents) = path.split_last()?;
        match &self.node(parents)?.kind {
            Kind::Table(entries) => entries.get(last.as_ref()),
            _ => None,
        }
    }

    /// Returns the value that a path leads to; items of lists are numbered from 0.
    pub(super) fn node<S: AsRef<str>>(&self, path: &[S]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, step| node.child(step.as_ref()))
    }

    /// Returns the entries of a table; none of anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    fn child(&self, step: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Table(entries) => entries.get(step).map(|entry| &entry.value),
            Kind::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Returns the value without its places.
    pub(super) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Text(text) => Value::String(text.clone()),
            Kind::Bool(bool) => Value::Bool(*bool),
            Kind::Number(number) => Value::Number(whole(number)),
            Kind::Other(_) => Value::Null,
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

    /// Returns every key that stands twice in its table, in the order of the file.
    pub(super) fn duplicates(&self) -> Vec<Duplicate> {
        let mut found = Vec::new();
        self.collect_duplicates(&mut Vec::new(), &mut found);
        found
    }

    fn collect_duplicates<'t>(&'t self, path: &mut Vec<&'t str>, found: &mut Vec<Duplicate>) {
        let Kind::Table(entries) = &self.kind else {
            return;
        };
        let mut first = BTreeMap::new();
        for entry in entries {
            path.push(&entry.key);
            match first.get(&entry.key) {
                None => {
                    first.insert(&entry.key, entry.key_span.clone());
                    entry.value.collect_duplicates(path, found);
                }
                Some(span) => found.push(Duplicate {
                    path: path.iter().map(ToString::to_string).collect(),
                    first: Some(span.clone()),
                    second: entry.key_span.clone(),
                }),
            }
            path.pop();
        }
    }
}
