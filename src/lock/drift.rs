use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Lock, Pin};
use crate::config::{Config, ImageSpec};
use crate::image::{Platform, Repository, Tag};
use crate::policy::VersionKey;

/// A difference between a config and a lock for one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The image's name.
    pub name: String,
    /// The kind of difference.
    pub kind: DriftKind,
}

/// The kinds of differences between a config and a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// The image is in the config and has no pin.
    NotLocked,
    /// The lock has a pin for an image that is not in the config.
    NotInConfig,
    /// The pin belongs to another repository.
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
    /// The policy is the same, but does not allow the pinned tag.
    Tag {
        /// The pinned tag.
        tag: Tag,
        /// The policy.
        policy: String,
    },
    /// The pin's platforms are not those that the config requires.
    Platforms,
    /// The pin's version differs from that of another member of its `same-version` group.
    Group {
        /// The group.
        group: String,
        /// The first member that differs.
        other: String,
        /// That member's tag.
        tag: Tag,
    },
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
            Self::Group { group, other, tag } => {
                write!(
                    formatter,
                    "the group {group} has one version, and {other} has {tag}"
                )
            }
            Self::Platforms => {
                formatter.write_str("the pinned platforms are not those of the config")
            }
        }
    }
}

/// Returns the differences between a config and a lock, sorted by name; empty if there are none.
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
    drifts.extend(divided_groups(config, lock));
    drifts.sort_by(|left, right| left.name.cmp(&right.name));
    drifts
}

/// Returns a drift for each member of a `same-version` group whose pin has another version than the
/// first member's.
fn divided_groups(config: &Config, lock: &Lock) -> Vec<Drift> {
    let mut first: BTreeMap<&str, (&Pin, VersionKey)> = BTreeMap::new();
    let mut drifts = Vec::new();
    for spec in &config.images {
        let group = spec.group.as_ref().filter(|group| group.same_version);
        let pin = lock.get(&spec.name);
        let version = pin.and_then(|entry| spec.policy.version(&entry.tag));
        let (Some(group), Some(pin), Some(version)) = (group, pin, version) else {
            continue;
        };
        match first.get(group.name.as_str()) {
            None => {
                first.insert(&group.name, (pin, version));
            }
            Some((other, known)) if *known != version => drifts.push(Drift {
                name: spec.name.clone(),
                kind: DriftKind::Group {
                    group: group.name.clone(),
                    other: other.name.clone(),
                    tag: other.tag.clone(),
                },
            }),
            Some(_) => {}
        }
    }
    drifts
}

fn disagreement(spec: &ImageSpec, entry: &Pin) -> Option<DriftKind> {
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
    if !spec.policy.allows(&entry.tag) {
        return Some(DriftKind::Tag {
            tag: entry.tag.clone(),
            policy,
        });
    }
    (!has_platforms(spec, entry)).then_some(DriftKind::Platforms)
}

/// Returns `true` if a pin has the platforms that the config asks for, and no others.
fn has_platforms(spec: &ImageSpec, entry: &Pin) -> bool {
    let (wanted, found) = (&spec.platforms, &entry.platforms);
    let is_found = |wanted: &Platform| found.keys().any(|found| wanted.admits(found));
    let is_wanted = |found: &Platform| wanted.iter().any(|wanted| wanted.admits(found));
    wanted.is_empty() || (wanted.iter().all(is_found) && found.keys().all(is_wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Format, SourceFile, parse};
    use crate::image::Digest;

    fn config(images: &str) -> Config {
        let text = format!("version = 1\n[images]\n{images}\n");
        parse(&SourceFile::new("images.toml", &text, Format::Toml)).unwrap()
    }

    fn entry(name: &str, policy: &str, tag: &str, platforms: &[&str]) -> Pin {
        let digest = Digest::sha256_of(b"index");
        let of = |name: &&str| (Platform::parse(name).unwrap(), digest.clone());
        Pin {
            name: name.into(),
            image: Repository::parse(name).unwrap(),
            policy: policy.into(),
            tag: Tag::parse(tag).unwrap(),
            platforms: platforms.iter().map(of).collect(),
            digest: digest.clone(),
            extra: toml::Table::new(),
        }
    }

    /// Returns the disagreements as `name: text`.
    fn drifts<const N: usize>(images: &str, pins: [Pin; N]) -> Vec<String> {
        let lock = Lock {
            images: pins.into(),
            ..Lock::default()
        };
        let drifts = drift(&config(images), &lock);
        drifts
            .iter()
            .map(|drift| format!("{}: {}", drift.name, drift.kind))
            .collect()
    }

    const PLATFORMS: &str =
        "app = { constraint = \"^1\", platforms = [\"linux/arm64\", \"linux/amd64\"] }";
    const PLATFORMS_POLICY: &str = "semver ^1 platforms=linux/amd64,linux/arm64";

    #[test]
    fn a_lock_that_is_in_line_has_none() {
        let pin = entry("app", "semver ^1", "1.0.0", &["linux/amd64"]);
        assert!(drifts("app = \"^1\"", [pin]).is_empty());
        let pin = entry(
            "app",
            PLATFORMS_POLICY,
            "1.0.0",
            &["linux/amd64", "linux/arm64"],
        );
        assert!(drifts(PLATFORMS, [pin]).is_empty());
        let pin = entry("app", "digest edge", "edge", &[]);
        assert!(drifts("app = { tag = \"edge\" }", [pin]).is_empty());
        assert!(drifts("", []).is_empty());
    }

    #[test]
    fn names_on_one_side_are_told_in_order() {
        let pins = [
            entry("b", "semver *", "1.0.0", &[]),
            entry("d", "semver *", "1.0.0", &[]),
        ];
        assert_eq!(
            drifts("a = \"*\"\nc = \"*\"\nd = \"*\"", pins),
            [
                "a: in the config, not locked",
                "b: locked, not in the config",
                "c: in the config, not locked",
            ]
        );
    }

    #[test]
    fn the_repository_comes_before_the_policy() {
        let pin = entry("app", "semver ^2", "1.0.0", &[]);
        assert_eq!(
            drifts("app = { image = \"ghcr.io/acme/app\" }", [pin]),
            ["app: repository changed: docker.io/library/app -> ghcr.io/acme/app"]
        );
    }

    #[test]
    fn a_policy_that_the_pin_happens_to_satisfy_is_drift_too() {
        let pin = entry("app", "semver ^1", "1.4.0", &[]);
        assert_eq!(
            drifts("app = \"^1.2\"", [pin]),
            ["app: policy changed: semver ^1 -> semver ^1.2"]
        );
    }

    #[test]
    fn a_tag_that_its_own_policy_refuses_is_told() {
        let pin = entry("app", "semver ^1", "2.0.0", &[]);
        assert_eq!(
            drifts("app = \"^1\"", [pin]),
            ["app: the pinned tag 2.0.0 does not satisfy semver ^1"]
        );
        let pin = entry("app", "digest edge", "latest", &[]);
        assert_eq!(
            drifts("app = { tag = \"edge\" }", [pin]),
            ["app: the pinned tag latest does not satisfy digest edge"]
        );
    }

    #[test]
    fn platforms_must_be_those_that_are_asked_for() {
        for has in [
            &["linux/amd64"][..],
            &["linux/amd64", "linux/arm64", "linux/s390x"],
            &["linux/amd64", "linux/s390x"],
            &[],
        ] {
            assert_eq!(
                drifts(PLATFORMS, [entry("app", PLATFORMS_POLICY, "1.0.0", has)]),
                ["app: the pinned platforms are not those of the config"],
                "{has:?}"
            );
        }
    }

    #[test]
    fn builds_of_windows_are_those_that_the_config_admits() {
        let old = "windows(10.0.20348.2582)/amd64";
        let new = "windows(10.0.26100.1)/amd64";
        let check = |wanted: &str, has: &[&str]| {
            let config = format!("app = {{ constraint = \"^1\", platforms = [\"{wanted}\"] }}");
            let policy = format!("semver ^1 platforms={wanted}");
            drifts(&config, [entry("app", &policy, "1.0.0", has)]).is_empty()
        };
        assert!(check("windows/amd64", &[old, new]));
        assert!(
            check("windows/amd64", &["windows/amd64"]),
            "a lock of before builds were told"
        );
        assert!(check("windows(10.0.20348)/amd64", &[old]));
        assert!(!check("windows(10.0.20348)/amd64", &[old, new]));
        assert!(!check("windows(10.0.20348)/amd64", &[new]));
    }
}
