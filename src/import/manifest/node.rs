use std::ops::Range;

/// A value with the bytes at which it stands.
#[derive(Clone, Debug)]
pub(in crate::import) struct Node {
    /// The bytes of the value as written, with its quotes.
    pub(in crate::import) span: Range<usize>,
    pub(in crate::import) value: Value,
}

/// What a value is. A scalar is its text, whatever type YAML sees in it.
#[derive(Clone, Debug)]
pub(in crate::import) enum Value {
    /// Nothing: `null`, `~` or no text without quotes.
    Nothing,
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(in crate::import) struct Entry {
    pub(in crate::import) key: String,
    /// The bytes of the key as written, with its quotes.
    pub(in crate::import) key_span: Range<usize>,
    pub(in crate::import) value: Node,
}

impl Node {
    /// Returns the entry of a key; the last one where a key stands twice, as Kubernetes reads it.
    pub(in crate::import) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rfind(|entry| entry.key == key)
    }

    /// Returns the value that a path leads to, if there is one; items of lists are numbered from 0.
    pub(in crate::import) fn at<S: AsRef<str>>(&self, path: &[S]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, step| match &node.value {
                Value::List(items) => items.get(step.as_ref().parse::<usize>().ok()?),
                _ => node.entry(step.as_ref()).map(|entry| &entry.value),
            })
            .filter(|node| !matches!(node.value, Value::Nothing))
    }

    /// Returns the text that a path leads to.
    pub(in crate::import) fn text<S: AsRef<str>>(&self, path: &[S]) -> Option<&str> {
        match &self.at(path)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the entries of a table; none of anything else.
    pub(in crate::import) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; none of anything else.
    pub(in crate::import) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }
}
