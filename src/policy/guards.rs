use jiff::SignedDuration;

use super::Level;
use crate::tag::Evidence;

/// When a pin may move: what holds between one pin and the next.
///
/// Guards are not in the text of a policy that the lock records: whether a tag satisfies a policy
/// does not depend on them, so a lock stays valid when they are edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guards {
    /// How far from the current pin a new one may be.
    pub level: Option<Level>,
    /// Whether a tag below the pinned one may be taken.
    pub allow_downgrade: bool,
    /// Whether a tag must name one digest for ever.
    pub immutable: bool,
    /// What happens when the pinned tag names another digest.
    pub digest_updates: DigestUpdates,
    /// How old a tag must be before a pin moves to it.
    pub cooldown: Option<SignedDuration>,
    /// Whose word on a tag's age counts, in the order in which they are asked.
    pub age_evidence: Vec<Evidence>,
    /// What happens to a tag whose age nobody knows.
    pub on_missing_age: MissingAge,
}

impl Guards {
    /// Says whether there is a cooldown that is longer than nothing.
    pub fn cools_down(&self) -> bool {
        self.cooldown.is_some_and(|length| !length.is_zero())
    }
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            level: None,
            allow_downgrade: false,
            immutable: false,
            digest_updates: DigestUpdates::Always,
            cooldown: None,
            age_evidence: Evidence::TRUSTED.to_vec(),
            on_missing_age: MissingAge::Warn,
        }
    }
}

/// What happens when a pinned tag names another digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestUpdates {
    /// The pin follows.
    Always,
    /// The pin follows if one of its platforms changed.
    RebuildOnly,
    /// The pin stays.
    Never,
}

/// What happens to a tag whose age nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingAge {
    /// It is held back.
    Hold,
    /// It is taken, with a warning.
    Warn,
    /// It is taken.
    Allow,
}

impl DigestUpdates {
    /// Every choice with its name.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("always", Self::Always),
        ("rebuild-only", Self::RebuildOnly),
        ("never", Self::Never),
    ];
}

impl MissingAge {
    /// Every choice with its name.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("hold", Self::Hold),
        ("warn", Self::Warn),
        ("allow", Self::Allow),
    ];
}
