use crate::config::ImageSpec;
use crate::image::{Digest, Tag};
use crate::lock::Pin;
use crate::policy::DigestUpdates;

/// One image to be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The image and its policy.
    pub spec: ImageSpec,
    /// What the old lock has under the image's name, be it of another repository; it stays if the
    /// image fails.
    pub old: Option<Pin>,
    /// What is asked.
    pub goal: Goal,
    /// Whether the pinned version is preferred to a better one: so a member of a `same-version` group
    /// stays where it is while another one joins.
    pub stays: bool,
    /// Whether a tag is taken whatever its age, since the user asked for it by name, or for that of
    /// another member of its `same-version` group.
    pub at_once: bool,
}

impl Job {
    /// Returns the pin in the old lock, if it is of the same repository.
    pub fn current(&self) -> Option<&Pin> {
        self.old
            .as_ref()
            .filter(|entry| entry.image == self.spec.repository)
    }

    /// Returns `true` if it matters to the pin which digest its tag names now.
    pub(super) fn follows(&self) -> bool {
        let guards = &self.spec.guards;
        !self.stays && (guards.digest_updates != DigestUpdates::Never || guards.immutable)
    }
}

/// What a job asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The policy chooses among the repository's tags.
    Choose,
    /// This tag, if the policy allows it.
    Tag(Tag),
    /// The pinned digest stays if it has the required platforms; only these are read again.
    Platforms(Tag, Digest),
}
