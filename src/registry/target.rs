use std::fmt;

use crate::image::{Digest, Repository, Tag};

/// A manifest of a repository: by tag, or by digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The content that a tag points to now.
    Tag(Tag),
    /// The content with a digest.
    Digest(Digest),
}

impl Target {
    /// Returns the last part of the manifest's URL path.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Tag(tag) => tag.as_str(),
            Self::Digest(digest) => digest.as_str(),
        }
    }

    /// Returns the target within its repository's path: `library/nginx:1.27`.
    pub(super) fn of(&self, repository: &Repository) -> String {
        format!("{}{self}", repository.path())
    }
}

impl fmt::Display for Target {
    /// Writes the target as it follows a repository: `:1.27` or `@sha256:…`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(formatter, ":{tag}"),
            Self::Digest(digest) => write!(formatter, "@{digest}"),
        }
    }
}

impl From<Tag> for Target {
    fn from(tag: Tag) -> Self {
        Self::Tag(tag)
    }
}

impl From<Digest> for Target {
    fn from(digest: Digest) -> Self {
        Self::Digest(digest)
    }
}
