use std::collections::BTreeMap;

use serde::Serialize;

use super::{ChangeLevel, ContentChange, PlatformChange};
use crate::image::{Index, Platform};
use crate::lock::Pin;

/// The kind of change to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Kind"))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The image is only in the second lock.
    Added,
    /// The image is only in the first lock.
    Removed,
    /// The image is in both locks, and a field differs.
    Updated,
}

/// What a pin went through: the first of these that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    /// The image is new.
    Added,
    /// The image is gone.
    Removed,
    /// The pin belongs to another repository.
    Relocated,
    /// The pin has another tag.
    Retagged,
    /// The tag is the same and has another digest.
    Moved,
    /// Tag and digest are the same; the policy or the recorded platforms differ.
    Kept,
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
    pub kind: ChangeKind,
    /// What the pin went through.
    pub transition: Transition,
    /// The size of the step; `None` if the image was added or removed, or if only policy or platforms differ.
    pub level: Option<ChangeLevel>,
    /// Whether the second tag is the lower version.
    pub downgrade: bool,
    /// The class of a digest change within one repository.
    pub content: Option<ContentChange>,
    /// The fields that differ, in the lock's order; empty if the image was added or removed.
    pub fields: Vec<Field>,
    /// What happened to each platform; empty where an image is new or gone.
    pub platforms: BTreeMap<Platform, PlatformChange>,
    /// The pin in the first lock.
    pub before: Option<Pin>,
    /// The pin in the second lock.
    pub after: Option<Pin>,
}

impl Change {
    /// Returns `true` if the digest is another one, or is new or gone.
    pub fn changes_digest(&self) -> bool {
        self.kind != ChangeKind::Updated || self.fields.contains(&Field::Digest)
    }

    /// Returns the class of a digest change where the indexes behind the two digests are known; they tell
    /// attestations from other parts of an index, which the locks alone do not.
    pub fn content_of_indexes(&self, before: &Index, after: &Index) -> Option<ContentChange> {
        let (old, new) = self.before.as_ref().zip(self.after.as_ref())?;
        ContentChange::of(old, new, Some((before, after)))
    }
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
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    }

    /// Returns the highest level among the changes.
    pub fn highest(&self) -> Option<ChangeLevel> {
        self.changes.iter().filter_map(|change| change.level).max()
    }
}
