//! The words that the forms for people share.

use super::escape::terminal;
use super::{ChangeReport, PinReport, Side, Summary};
use crate::diff::{ChangeLevel, Field, PlatformChange, Transition};

/// What a change is in one line, with the pins that the line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownChange<'r> {
    /// A new image.
    Added(&'r PinReport),
    /// An image that is gone.
    Removed(&'r PinReport),
    /// Another repository.
    Relocated(&'r PinReport, &'r PinReport),
    /// Another tag.
    Retagged(&'r PinReport, &'r PinReport),
    /// The same tag with another digest.
    Moved(&'r PinReport, &'r PinReport),
    /// The same pin under another policy, or with other platforms recorded.
    Kept(&'r PinReport),
}

impl<'r> ShownChange<'r> {
    /// Returns what is shown of a change; `None` where it lacks the pins, which no report's changes do.
    pub(super) fn of(change: &'r ChangeReport) -> Option<Self> {
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        let both = || before.zip(after);
        match change.transition {
            Transition::Added => after.map(Self::Added),
            Transition::Removed => before.map(Self::Removed),
            Transition::Relocated => both().map(|(before, after)| Self::Relocated(before, after)),
            Transition::Retagged => both().map(|(before, after)| Self::Retagged(before, after)),
            Transition::Moved => both().map(|(before, after)| Self::Moved(before, after)),
            Transition::Kept => after.map(Self::Kept),
        }
    }
}

/// Returns the level, or the fields where there is none: `patch`, `minor, downgrade`, `policy`.
pub(super) fn level(change: &ChangeReport) -> String {
    let mut words = match change.level {
        Some(level) => level.as_str().to_string(),
        None => change
            .fields
            .iter()
            .map(|field| field.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    };
    if change.downgrade {
        words.push_str(", downgrade");
    }
    words
}

/// Returns the first 12 digits of a digest's checksum.
pub(super) fn short(digest: &str) -> &str {
    let hex = digest.split_once(':').map_or(digest, |(_, hex)| hex);
    hex.get(..12).unwrap_or(hex)
}

/// Returns the first digits of a digest, with its algorithm: `sha256:4ff102c5d78d`.
pub(super) fn short_digest(digest: &str) -> &str {
    let start = digest.find(':').map_or(0, |colon| colon + 1);
    digest.get(..start + 12).unwrap_or(digest)
}

/// Returns what happened to the platforms: `amd64 changed, arm64 same`.
///
/// `None` where there is nothing to tell: none are recorded, or a new tag brought all of them anew.
pub(super) fn platforms(change: &ChangeReport) -> Option<String> {
    let told = change.fields.contains(&Field::Digest) || change.fields.contains(&Field::Platforms);
    let all_new = change.level != Some(ChangeLevel::Digest)
        && change
            .platforms
            .values()
            .all(|change| *change == PlatformChange::Changed);
    if !told || all_new || change.platforms.is_empty() {
        return None;
    }
    let words = change.platforms.iter().map(|(platform, change)| {
        let word = match change {
            PlatformChange::Added => "added",
            PlatformChange::Removed => "removed",
            PlatformChange::Changed => "changed",
            PlatformChange::Same => "same",
        };
        format!(
            "{} {word}",
            platform.strip_prefix("linux/").unwrap_or(platform)
        )
    });
    Some(words.collect::<Vec<_>>().join(", "))
}

/// Returns the numbers that are not zero: `2 updated, 1 added`; empty if all are.
pub(super) fn counts(summary: &Summary) -> String {
    [
        (summary.updated, "updated"),
        (summary.added, "added"),
        (summary.removed, "removed"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect::<Vec<_>>()
    .join(", ")
}

/// Returns where a lock was read, for people.
pub(super) fn side(side: &Side) -> String {
    match side {
        Side::GitRev(text) | Side::Path(text) => terminal(text),
        Side::WorkingTree(_) => "working tree".into(),
    }
}

/// Returns `1 warning`, `2 warnings`.
pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
