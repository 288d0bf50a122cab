use jiff::Timestamp;
use serde_json::Value;

use crate::embedded::store::Store;

/// A tag as a registry's own interface tells it.
pub(super) struct TagRow {
    pub(super) tag: String,
    pub(super) digest: String,
    pub(super) pushed: Option<Timestamp>,
}

impl TagRow {
    /// Returns the time of the push as text, or `null`.
    pub(super) fn time(&self) -> Value {
        self.pushed.map(|time| time.to_string()).into()
    }
}

/// Returns the tags of a repository in byte order, or nothing if there is no such repository.
pub(super) fn rows(store: &Store, repository: &str) -> Option<Vec<TagRow>> {
    let tags = store
        .has(repository)
        .then(|| store.all_tagged(repository))?;
    let rows = tags.into_iter().map(|(tag, tagged)| TagRow {
        digest: tagged.told().to_string(),
        pushed: tagged.pushed,
        tag,
    });
    Some(rows.collect())
}

/// Returns the tag alone that is asked for, or all.
pub(super) fn wanted(rows: Vec<TagRow>, tag: &str) -> Vec<TagRow> {
    let wanted = |row: &TagRow| tag.is_empty() || row.tag == tag;
    rows.into_iter().filter(wanted).collect()
}

/// Returns page `number`, counted from 1, of pages of a size, and whether there are more.
pub(super) fn page(rows: Vec<TagRow>, number: usize, size: usize) -> (Vec<TagRow>, bool) {
    let size = size.max(1);
    let before = number.saturating_sub(1).saturating_mul(size);
    let more = rows.len() > before.saturating_add(size);
    (rows.into_iter().skip(before).take(size).collect(), more)
}
