use serde::Serialize;

use super::{Content, Level};
use crate::lock::Pin;

/// The kind of change to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The image is only in the second lock.
    Added,
    /// The image is only in the first lock.
    Removed,
    /// The image is in both locks, and a field differs.
    Updated,
}

/// A field of a pin that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The repository.
    Image,
    /// The policy's text.
    Policy,
    /// The tag.
    Tag,
    /// The digest.
    Digest,
    /// The platforms or their digests.
    Platforms,
}

impl Field {
    /// Returns the field's name, as in the lock.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Policy => "policy",
            Self::Tag => "tag",
            Self::Digest => "digest",
            Self::Platforms => "platforms",
        }
    }
}

/// The difference between two pins of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The image's name.
    pub name: String,
    /// The kind of change.
    pub kind: Kind,
    /// The size of the step; `None` if the image was added or removed, or if only policy or platforms differ.
    pub level: Option<Level>,
    /// Whether the second tag is the lower version.
    pub downgrade: bool,
    /// The class of a digest change within one repository.
    pub content: Option<Content>,
    /// The fields that differ, in the lock's order; empty if the image was added or removed.
    pub fields: Vec<Field>,
    /// The pin in the first lock.
    pub before: Option<Pin>,
    /// The pin in the second lock.
    pub after: Option<Pin>,
}

/// All changes between two locks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// The changes, sorted by name.
    pub changes: Vec<Change>,
    /// The number of images that are the same in both locks.
    pub unchanged: usize,
}

impl Diff {
    /// Returns `true` if nothing changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the number of changes of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    }

    /// Returns the highest level among the changes.
    pub fn highest(&self) -> Option<Level> {
        self.changes.iter().filter_map(|change| change.level).max()
    }
}
