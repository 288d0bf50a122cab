use std::collections::BTreeMap;
use std::ops::Range;

use super::tree::{Kind, Node};

/// A key appears twice in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The keys that lead to it, itself the last one.
    pub path: Vec<String>,
    /// Where it stands first, if that is known.
    pub first: Option<Range<usize>>,
    /// Where it stands again.
    pub second: Range<usize>,
}

impl Node {
    /// Returns every key that stands twice in its table, in the order of the file.
    pub fn duplicates(&self) -> Vec<DuplicateKey> {
        let mut found = Vec::new();
        collect(self, &mut Vec::new(), &mut found);
        found
    }
}

fn collect<'t>(node: &'t Node, path: &mut Vec<&'t str>, found: &mut Vec<DuplicateKey>) {
    let Kind::Table(entries) = &node.kind else {
        return;
    };
    let mut first = BTreeMap::new();
    for entry in entries {
        path.push(&entry.key);
        match first.get(&entry.key) {
            None => {
                first.insert(&entry.key, entry.key_span.clone());
                collect(&entry.value, path, found);
            }
            Some(span) => found.push(DuplicateKey {
                path: path.iter().map(ToString::to_string).collect(),
                first: Some(span.clone()),
                second: entry.key_span.clone(),
            }),
        }
        path.pop();
    }
}
