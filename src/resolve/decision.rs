use std::collections::BTreeMap;

use super::intent::Intent;
use super::job::Goal;
use super::known_platforms::known_platforms;
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

/// Has all members of a group asked for where one is, or where their pins have not one version.
///
/// Where none is to move, those whose pin is valid stay at their version if they can.
pub(super) fn expand_groups(fates: &mut [Decision<'_>], intent: &Intent) {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, fate) in fates.iter().enumerate() {
        if let Some(group) = fate.spec.version_group() {
            members.entry(group).or_default().push(index);
        }
    }
    for members in members.into_values() {
        let kept = members.iter().map(|index| match &fates[*index].keep {
            Keep::As(entry) => fates[*index].spec.policy.version(&entry.tag),
            Keep::Asking(_) => None,
        });
        let kept: Vec<_> = kept.collect();
        if kept
            .iter()
            .all(|version| version.is_some() && *version == kept[0])
        {
            continue;
        }
        let is_moving = members
            .iter()
            .any(|index| intent.moves(&fates[*index].spec.name));
        let at_once = members.iter().any(|index| fates[*index].at_once);
        for index in members {
            let fate = &mut fates[index];
            fate.at_once = at_once;
            match &fate.keep {
                Keep::As(_) | Keep::Asking(Goal::Platforms(..)) => {
                    fate.keep = Keep::Asking(Goal::Choose);
                    fate.stays = !is_moving;
                }
                Keep::Asking(Goal::Choose | Goal::Tag(_)) => {}
            }
        }
    }
}
