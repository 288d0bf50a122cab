use std::collections::BTreeMap;

use serde::Serialize;

use crate::image::{Digest, Platform};

/// The change to one platform of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PlatformChange {
    /// The platform was added.
    Added,
    /// The platform was removed.
    Removed,
    /// The platform has a different image.
    Changed,
    /// The platform has the same image.
    Same,
}

/// Returns the change to each platform on either side.
///
/// A Windows image has a new version after each monthly update. Its platform is the same as long as the first
/// three components of the version are equal. The result contains its new name:
/// `windows(10.0.20348.2700)/amd64`.
pub fn platform_changes(
    before: &BTreeMap<Platform, Digest>,
    after: &BTreeMap<Platform, Digest>,
) -> BTreeMap<Platform, PlatformChange> {
    let is_gone = |platform: &&Platform| !after.contains_key(*platform);
    let mut gone: Vec<&Platform> = before.keys().filter(is_gone).collect();
    let mut changes = BTreeMap::new();
    for (platform, digest) in after {
        let old = before.get(platform).or_else(|| {
            let mut earlier = gone.iter();
            let place = earlier.position(|gone| gone.is_same_line(platform))?;
            before.get(gone.remove(place))
        });
        let change = match old {
            None => PlatformChange::Added,
            Some(old) if old == digest => PlatformChange::Same,
            Some(_) => PlatformChange::Changed,
        };
        changes.insert(platform.clone(), change);
    }
    let removed = gone.into_iter().cloned();
    changes.extend(removed.map(|platform| (platform, PlatformChange::Removed)));
    changes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn platforms(found: &[(&str, &str)]) -> BTreeMap<Platform, Digest> {
        let of = |(name, seed): &(&str, &str)| {
            let digest = Digest::sha256_of(seed.as_bytes());
            (Platform::parse(name).unwrap(), digest)
        };
        found.iter().map(of).collect()
    }

    fn changes(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let changes = platform_changes(&platforms(before), &platforms(after));
        let told = changes.iter();
        told.map(|(platform, change)| format!("{platform} {change:?}"))
            .collect()
    }

    #[test]
    fn an_updated_build_is_the_same_platform() {
        let before = [
            ("windows(10.0.20348.2582)/amd64", "a"),
            ("windows(10.0.26100.1)/amd64", "b"),
        ];
        let after = [
            ("windows(10.0.20348.2700)/amd64", "c"),
            ("windows(10.0.26100.1)/amd64", "b"),
        ];
        assert_eq!(
            changes(&before, &after),
            [
                "windows(10.0.20348.2700)/amd64 Changed",
                "windows(10.0.26100.1)/amd64 Same"
            ]
        );
    }

    #[test]
    fn another_build_is_another_platform() {
        let before = [("windows(10.0.17763.1)/amd64", "a")];
        let after = [("windows(10.0.20348.1)/amd64", "b")];
        assert_eq!(
            changes(&before, &after),
            [
                "windows(10.0.17763.1)/amd64 Removed",
                "windows(10.0.20348.1)/amd64 Added"
            ]
        );
    }

    #[test]
    fn a_build_that_an_old_lock_does_not_name_is_found() {
        let before = [("windows/amd64", "a")];
        let same = [("windows(10.0.20348.1)/amd64", "a")];
        assert_eq!(
            changes(&before, &same),
            ["windows(10.0.20348.1)/amd64 Same"]
        );
        let more = [
            ("windows(10.0.20348.1)/amd64", "a"),
            ("windows(10.0.26100.1)/amd64", "b"),
        ];
        assert_eq!(
            changes(&before, &more),
            [
                "windows(10.0.20348.1)/amd64 Same",
                "windows(10.0.26100.1)/amd64 Added"
            ]
        );
    }

    /// Platforms, among them builds of two lines.
    const NAMES: &str = "windows\\(10\\.0\\.[1-2]\\.[0-4]\\)/amd64|linux/(amd64|arm64)";

    proptest! {
        #[test]
        fn each_platform_has_one_change_and_the_counts_add_up(
            before in proptest::collection::btree_map(NAMES, "[ab]", 0..6),
            after in proptest::collection::btree_map(NAMES, "[ab]", 0..6),
        ) {
            let read = |found: &BTreeMap<String, String>| {
                let of = |(name, seed): (&String, &String)| {
                    (Platform::parse(name).unwrap(), Digest::sha256_of(seed.as_bytes()))
                };
                found.iter().map(of).collect::<BTreeMap<_, _>>()
            };
            let (before, after) = (read(&before), read(&after));
            let count = |changes: &BTreeMap<Platform, PlatformChange>, wanted| {
                changes.values().filter(|change| **change == wanted).count()
            };
            let there = platform_changes(&before, &after);
            let added = count(&there, PlatformChange::Added);
            let removed = count(&there, PlatformChange::Removed);
            prop_assert_eq!(there.len(), after.len() + removed);
            prop_assert_eq!(before.len() + added, after.len() + removed);
            let back = platform_changes(&after, &before);
            prop_assert_eq!(added, count(&back, PlatformChange::Removed));
            prop_assert_eq!(removed, count(&back, PlatformChange::Added));
        }
    }
}
