use super::intent::Intent;
use super::known::known_platforms;
use super::plan::Goal;
use crate::config::ImageSpec;
use crate::lock::{Lock, Pin};

/// What becomes of one image of the config.
pub(super) struct Decision<'c> {
    pub(super) spec: &'c ImageSpec,
    pub(super) old: Option<&'c Pin>,
    pub(super) keep: Keep,
    pub(super) stays: bool,
    pub(super) at_once: bool,
}

impl<'c> Decision<'c> {
    /// Decides for one image alone.
    pub(super) fn of(spec: &'c ImageSpec, lock: &'c Lock, intent: &Intent) -> Self {
        let old = lock.get(&spec.name);
        let current = old.filter(|entry| entry.image == spec.repository);
        let keep = match (intent, current) {
            (Intent::Precise { name, tag }, _) if *name == spec.name => {
                Keep::Asking(Goal::Tag(tag.clone()))
            }
            (Intent::Update { .. }, _) if intent.moves(&spec.name) => Keep::Asking(Goal::Choose),
            (_, Some(entry)) => keep(spec, entry),
            (_, None) => Keep::Asking(Goal::Choose),
        };
        let at_once = matches!(keep, Keep::Asking(Goal::Tag(_)));
        Self {
            spec,
            old,
            keep,
            stays: false,
            at_once,
        }
    }
}

/// Whether the registry must be asked for an image.
pub(super) enum Keep {
    /// The pin stays, as it is or brought in line.
    As(Box<Pin>),
    /// The registry must be asked.
    Asking(Goal),
}

/// Says how far a pin satisfies an image's policy.
///
/// A lock that was edited by hand may not, though it names the same policy.
fn keep(spec: &ImageSpec, entry: &Pin) -> Keep {
    if !spec.policy.allows(&entry.tag) {
        return Keep::Asking(Goal::Choose);
    }
    match known_platforms(spec, entry) {
        Some(platforms) => Keep::As(Box::new(Pin {
            policy: spec.policy_text(),
            platforms,
            ..entry.clone()
        })),
        None => Keep::Asking(Goal::Platforms(entry.tag.clone(), entry.digest.clone())),
    }
}
