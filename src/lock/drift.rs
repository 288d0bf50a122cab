use std::collections::BTreeSet;
use std::fmt;

use super::{Entry, Lock};
use crate::config::{Config, ImageSpec};
use crate::image::{Repository, Tag};

/// A disagreement of a config and a lock about one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The image's name.
    pub name: String,
    /// What disagrees.
    pub kind: DriftKind,
}

/// The ways in which a config and a lock disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// The image is in the config and has no pin.
    NotLocked,
    /// The lock has a pin for an image that the config does not name.
    NotInConfig,
    /// The pin is of another repository.
    Repository {
        /// The config's.
        config: Repository,
        /// The lock's.
        lock: Repository,
    },
    /// The pin was made for another policy.
    Policy {
        /// The config's.
        config: String,
        /// The lock's.
        lock: String,
    },
    /// The pinned tag is not one that the policy allows, though the policy is the same.
    Tag {
        /// The pinned tag.
        tag: Tag,
        /// The policy.
        policy: String,
    },
    /// The pin's platforms are not those that the config asks for.
    Platforms,
}

impl fmt::Display for DriftKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLocked => formatter.write_str("in the config, not locked"),
            Self::NotInConfig => formatter.write_str("locked, not in the config"),
            Self::Repository { config, lock } => {
                write!(formatter, "repository changed: {lock} -> {config}")
            }
            Self::Policy { config, lock } => {
                write!(formatter, "policy changed: {lock} -> {config}")
            }
            Self::Tag { tag, policy } => {
                write!(formatter, "the pinned tag {tag} does not satisfy {policy}")
            }
            Self::Platforms => {
                formatter.write_str("the pinned platforms are not those of the config")
            }
        }
    }
}

/// Says where a config and a lock disagree, from the two alone; sorted by name, empty if nowhere.
pub fn drift(config: &Config, lock: &Lock) -> Vec<Drift> {
    let names: BTreeSet<&str> = config
        .images
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let extra = lock
        .images
        .iter()
        .filter(|entry| !names.contains(entry.name.as_str()))
        .map(|entry| Drift {
            name: entry.name.clone(),
            kind: DriftKind::NotInConfig,
        });
    let differing = config.images.iter().filter_map(|spec| {
        let kind = match lock.get(&spec.name) {
            Some(entry) => disagreement(spec, entry)?,
            None => DriftKind::NotLocked,
        };
        Some(Drift {
            name: spec.name.clone(),
            kind,
        })
    });
    let mut drifts: Vec<Drift> = extra.chain(differing).collect();
    drifts.sort_by(|left, right| left.name.cmp(&right.name));
    drifts
}

fn disagreement(spec: &ImageSpec, entry: &Entry) -> Option<DriftKind> {
    if entry.image != spec.repository {
        return Some(DriftKind::Repository {
            config: spec.repository.clone(),
            lock: entry.image.clone(),
        });
    }
    let policy = spec.policy_text();
    if entry.policy != policy {
        return Some(DriftKind::Policy {
            config: policy,
            lock: entry.policy.clone(),
        });
    }
    let tags = std::slice::from_ref(&entry.tag);
    if spec
        .policy
        .choose(tags, Some(&entry.tag), &BTreeSet::new())
        .is_none()
    {
        return Some(DriftKind::Tag {
            tag: entry.tag.clone(),
            policy,
        });
    }
    let asked = !spec.platforms.is_empty();
    (asked && !entry.platforms.keys().eq(&spec.platforms)).then_some(DriftKind::Platforms)
}
