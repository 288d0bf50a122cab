use serde::Serialize;

use super::{PlatformChange, platform_changes};
use crate::image::{Descriptor, Index};
use crate::lock::Pin;

/// The reason for a changed digest.
///
/// If several apply, the first one in this list is the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Content"))]
#[serde(rename_all = "kebab-case")]
pub enum ContentChange {
    /// The platforms of one of the pins are unknown.
    Unknown,
    /// Platforms were added or removed.
    PlatformSet,
    /// The image of a platform was rebuilt.
    Rebuilt,
    /// The images are identical; only attestations changed.
    AttestationOnly,
    /// The images of the recorded platforms are identical; something else in the index changed.
    IndexOnly,
}

impl ContentChange {
    /// Returns the class of a digest change, or `None` if the digest is the same or the repository is not.
    ///
    /// `indexes` are the documents of the two digests, if they are known: first that of the first pin. Nested
    /// indexes are replaced by their children. Without `indexes`, an attestation-only change shows as
    /// index-only.
    pub fn of(before: &Pin, after: &Pin, indexes: Option<(&Index, &Index)>) -> Option<Self> {
        if before.digest == after.digest || before.image != after.image {
            return None;
        }
        let known = |entry: &Pin, index: Option<&Index>| match index {
            Some(index) if entry.platforms.is_empty() => index.platforms(),
            _ => entry.platforms.clone(),
        };
        let (old, new) = indexes.unzip();
        let (old, new) = (known(before, old), known(after, new));
        if old.is_empty() || new.is_empty() {
            return Some(Self::Unknown);
        }
        let changes = platform_changes(&old, &new);
        let has = |change| changes.values().any(|found| *found == change);
        Some(
            if has(PlatformChange::Added) || has(PlatformChange::Removed) {
                Self::PlatformSet
            } else if has(PlatformChange::Changed) {
                Self::Rebuilt
            } else if indexes.is_some_and(|(old, new)| only_attestations_differ(old, new)) {
                Self::AttestationOnly
            } else {
                Self::IndexOnly
            },
        )
    }

    /// Returns the class as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::PlatformSet => "platform-set",
            Self::Rebuilt => "rebuilt",
            Self::AttestationOnly => "attestation-only",
            Self::IndexOnly => "index-only",
        }
    }

    /// Returns `true` if the images that run are the same as before.
    pub fn is_same_image(self) -> bool {
        matches!(self, Self::AttestationOnly | Self::IndexOnly)
    }
}

fn only_attestations_differ(before: &Index, after: &Index) -> bool {
    let split = |index: &Index| -> (Vec<Descriptor>, Vec<Descriptor>) {
        index
            .descriptors
            .iter()
            .cloned()
            .partition(|child| child.attestation_of().is_some())
    };
    let (old, new) = (split(before), split(after));
    old.1 == new.1 && old.0 != new.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::diff::compare::tests::entry;
    use crate::image::{Digest, Platform};

    fn index(children: &[(&str, Option<&str>)], note: &str) -> Index {
        let child = |(seed, attests): &(&str, Option<&str>)| Descriptor {
            media_type: String::new(),
            digest: Digest::sha256_of(seed.as_bytes()),
            size: 1,
            platform: Some(match attests {
                Some(_) => Platform::new("unknown", "unknown", None),
                None => Platform::new("linux", seed, None),
            }),
            os_version: None,
            os_features: Vec::new(),
            artifact_type: None,
            annotations: attests
                .map(|of| {
                    BTreeMap::from([
                        (
                            "vnd.docker.reference.type".into(),
                            "attestation-manifest".into(),
                        ),
                        ("vnd.docker.reference.digest".into(), of.into()),
                    ])
                })
                .unwrap_or_default(),
        };
        Index {
            media_type: String::new(),
            artifact_type: None,
            subject: None,
            descriptors: children.iter().map(child).collect(),
            annotations: BTreeMap::from([("note".into(), note.into())]),
        }
    }

    fn class(before: &[(&str, &str)], after: &[(&str, &str)]) -> Option<ContentChange> {
        ContentChange::of(
            &entry("x", "p", "1", "a", before),
            &entry("x", "p", "1", "b", after),
            None,
        )
    }

    #[test]
    fn classes_from_the_locks_alone() {
        let (amd, arm) = ("linux/amd64", "linux/arm64");
        let both = [(amd, "1"), (arm, "1")];
        assert_eq!(class(&both, &both), Some(ContentChange::IndexOnly));
        assert_eq!(
            class(&both, &[(amd, "1"), (arm, "2")]),
            Some(ContentChange::Rebuilt)
        );
        assert_eq!(
            class(&both, &[(amd, "1")]),
            Some(ContentChange::PlatformSet)
        );
        assert_eq!(
            class(&[(amd, "1")], &both),
            Some(ContentChange::PlatformSet)
        );
        assert_eq!(class(&[], &[]), Some(ContentChange::Unknown));
        assert_eq!(class(&[], &both), Some(ContentChange::Unknown));
        let same = entry("x", "p", "1", "a", &both);
        assert_eq!(ContentChange::of(&same, &same, None), None);
    }

    #[test]
    fn a_rebuilt_windows_image_is_rebuilt_whether_or_not_its_version_moved() {
        let new = ("windows(10.0.26100.1)/amd64", "25");
        let before = [("windows(10.0.20348.2582)/amd64", "22"), new];
        let same_version = [("windows(10.0.20348.2582)/amd64", "22b"), new];
        let next_version = [("windows(10.0.20348.2700)/amd64", "22b"), new];
        for after in [same_version, next_version] {
            assert_eq!(class(&before, &after), Some(ContentChange::Rebuilt));
        }
        assert_eq!(class(&before, &[new]), Some(ContentChange::PlatformSet));
        assert_eq!(class(&[new], &before), Some(ContentChange::PlatformSet));
    }

    #[test]
    fn documents_tell_attestations_from_the_rest() {
        let before = entry("x", "p", "1", "a", &[("linux/amd64", "amd64")]);
        let after = entry("x", "p", "1", "b", &[("linux/amd64", "amd64")]);
        let of = |old: &Index, new: &Index| ContentChange::of(&before, &after, Some((old, new)));
        let old = index(&[("amd64", None), ("proof", Some("x"))], "");
        let attested = index(&[("amd64", None), ("proof 2", Some("x"))], "");
        assert_eq!(of(&old, &attested), Some(ContentChange::AttestationOnly));
        let annotated = index(&[("amd64", None), ("proof", Some("x"))], "new");
        assert_eq!(of(&old, &annotated), Some(ContentChange::IndexOnly));
        let wider = index(&[("amd64", None), ("riscv64", None)], "");
        assert_eq!(of(&old, &wider), Some(ContentChange::IndexOnly));
    }

    #[test]
    fn documents_stand_in_for_platforms_that_are_not_recorded() {
        let before = entry("x", "p", "1", "a", &[]);
        let after = entry("x", "p", "1", "b", &[]);
        let (old, new) = (
            index(&[("amd64", None)], ""),
            index(&[("amd64", None), ("arm64", None)], ""),
        );
        assert_eq!(
            ContentChange::of(&before, &after, Some((&old, &new))),
            Some(ContentChange::PlatformSet)
        );
    }
}
