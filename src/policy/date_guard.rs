use super::key::Key;
use super::{Policy, Strategy};
use crate::version::VersionRef;

/// Keeps dates and all-digit commits from passing for versions beside real ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateGuard {
    enabled: bool,
    small_seen: bool,
}

impl DateGuard {
    pub(super) fn new(policy: &Policy) -> Self {
        let enabled = match &policy.strategy {
            Strategy::Semver { constraint } => !constraint.names_date_like(),
            _ => false,
        };
        Self {
            enabled,
            small_seen: false,
        }
    }

    /// Takes notice of a version that passed all other rules.
    pub(super) fn see(&mut self, key: Key<'_>) {
        self.small_seen |= is_small(key);
    }

    /// Tells whether [`Self::see`] of this version would change the guard.
    pub(super) fn learns_from(self, key: Key<'_>) -> bool {
        self.enabled && !self.small_seen && is_small(key)
    }

    /// Tells whether a version will be dropped once a small one is seen.
    pub(super) fn suspects(self, key: Key<'_>) -> bool {
        self.enabled && matches!(key, Key::Version(version) if version.is_date_like())
    }

    /// Tells whether suspects are dropped.
    pub(super) fn is_active(self) -> bool {
        self.enabled && self.small_seen
    }
}

/// Says why a suspect was dropped.
pub(super) fn reason(version: VersionRef<'_>) -> String {
    let first = version.parts()[0];
    let what = if (1900..=2999).contains(&first) {
        "a date"
    } else {
        "a date or a commit"
    };
    format!("looks like {what} ({first}), and the list has versions below 1000")
}

fn is_small(key: Key<'_>) -> bool {
    matches!(key, Key::Version(version) if version.parts()[0] < 1000 && !version.is_date_like())
}
