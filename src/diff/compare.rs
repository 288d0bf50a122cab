use std::collections::BTreeMap;

use super::{
    Change, ChangeKind, ChangeLevel, ContentChange, Diff, Field, Transition, platform_changes,
};
use crate::lock::{Lock, Pin};

/// Compares two locks, image by image.
///
/// Keys of an entry that this release does not know are ignored.
pub fn compare(before: &Lock, after: &Lock) -> Diff {
    let mut pairs: BTreeMap<&str, (Option<&Pin>, Option<&Pin>)> = BTreeMap::new();
    for entry in &before.images {
        pairs.entry(&entry.name).or_default().0 = Some(entry);
    }
    for entry in &after.images {
        pairs.entry(&entry.name).or_default().1 = Some(entry);
    }
    let mut diff = Diff::default();
    for (name, (before, after)) in pairs {
        match change(name, before, after) {
            Some(change) => diff.changes.push(change),
            None => diff.unchanged += 1,
        }
    }
    diff
}

/// Compares two pins of one image; returns nothing if they are the same.
pub fn compare_pins(before: &Pin, after: &Pin) -> Option<Change> {
    change(&after.name, Some(before), Some(after))
}

fn change(name: &str, before: Option<&Pin>, after: Option<&Pin>) -> Option<Change> {
    let mut change = Change {
        name: name.to_string(),
        kind: ChangeKind::Updated,
        transition: Transition::Kept,
        level: None,
        downgrade: false,
        content: None,
        fields: Vec::new(),
        platforms: BTreeMap::new(),
        before: before.cloned(),
        after: after.cloned(),
    };
    match (before, after) {
        (Some(before), Some(after)) => {
            change.fields = changed_fields(before, after);
            if change.fields.is_empty() {
                return None;
            }
            change.transition = transition(&change.fields);
            if let Some(step) = ChangeLevel::between(before, after) {
                change.level = Some(step.level);
                change.downgrade = step.downgrade;
            }
            change.content = ContentChange::of(before, after, None);
            change.platforms = platform_changes(&before.platforms, &after.platforms);
        }
        (None, _) => (change.kind, change.transition) = (ChangeKind::Added, Transition::Added),
        (_, None) => (change.kind, change.transition) = (ChangeKind::Removed, Transition::Removed),
    }
    Some(change)
}

/// Returns what a pin went through that is in both locks.
fn transition(fields: &[Field]) -> Transition {
    let steps = [
        (Field::Image, Transition::Relocated),
        (Field::Tag, Transition::Retagged),
        (Field::Digest, Transition::Moved),
    ];
    let first = steps.iter().find(|(field, _)| fields.contains(field));
    first.map_or(Transition::Kept, |(_, transition)| *transition)
}

fn changed_fields(before: &Pin, after: &Pin) -> Vec<Field> {
    [
        (Field::Image, before.image != after.image),
        (Field::Policy, before.policy != after.policy),
        (Field::Tag, before.tag != after.tag),
        (Field::Digest, before.digest != after.digest),
        (Field::Platforms, before.platforms != after.platforms),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diff::PlatformChange;
    use crate::image::{Digest, Platform, Repository, Tag};

    /// Creates an entry; `platforms` are `(platform, seed)`.
    pub(crate) fn entry(
        name: &str,
        policy: &str,
        tag: &str,
        seed: &str,
        platforms: &[(&str, &str)],
    ) -> Pin {
        Pin {
            name: name.into(),
            image: Repository::parse(name).unwrap(),
            policy: policy.into(),
            tag: Tag::parse(tag).unwrap(),
            digest: Digest::sha256_of(seed.as_bytes()),
            platforms: platforms
                .iter()
                .map(|(platform, seed)| {
                    (
                        Platform::parse(platform).unwrap(),
                        Digest::sha256_of(seed.as_bytes()),
                    )
                })
                .collect(),
            extra: toml::Table::new(),
        }
    }

    pub(crate) fn lock(images: Vec<Pin>) -> Lock {
        Lock {
            images,
            extra: toml::Table::new(),
        }
    }

    #[test]
    fn a_policy_change_alone_has_no_level() {
        let before = lock(vec![entry("nginx", "semver ^1.27", "1.27.5", "a", &[])]);
        let mut after = before.clone();
        after.images[0].policy = "semver ^1.26".into();
        let diff = compare(&before, &after);
        let change = &diff.changes[0];
        assert_eq!((change.kind, change.level), (ChangeKind::Updated, None));
        assert_eq!(change.fields, [Field::Policy]);
        assert_eq!(change.transition, Transition::Kept);
        assert_eq!((change.content, diff.highest()), (None, None));
    }

    #[test]
    fn a_moved_tag_is_a_digest_change() {
        let before = lock(vec![entry(
            "nginx",
            "digest 1",
            "1",
            "a",
            &[("linux/amd64", "x")],
        )]);
        let after = lock(vec![entry(
            "nginx",
            "digest 1",
            "1",
            "b",
            &[("linux/amd64", "y")],
        )]);
        let change = &compare(&before, &after).changes[0];
        assert_eq!(change.level, Some(ChangeLevel::Digest));
        assert_eq!(change.content, Some(ContentChange::Rebuilt));
        assert_eq!(change.fields, [Field::Digest, Field::Platforms]);
        assert_eq!(change.transition, Transition::Moved);
        assert!(!change.downgrade);
    }

    #[test]
    fn another_repository_is_another_image() {
        let before = lock(vec![entry("nginx", "semver 1", "1.2.0", "a", &[])]);
        let mut after = lock(vec![entry("nginx", "semver 1", "1.1.0", "b", &[])]);
        after.images[0].image = Repository::parse("ghcr.io/acme/nginx").unwrap();
        let change = &compare(&before, &after).changes[0];
        assert_eq!(change.level, Some(ChangeLevel::Other));
        assert_eq!(change.transition, Transition::Relocated);
        assert_eq!((change.content, change.downgrade), (None, false));
    }

    fn locks() -> impl Strategy<Value = Lock> {
        let tag = prop::sample::select(vec![
            "1.2.3",
            "1.2.4",
            "1.3.0",
            "2.0",
            "latest",
            "1.2.3-alpine",
            "1.2.3-rc.1",
            "20240101",
        ]);
        let name = prop::sample::select(vec!["api", "nginx", "redis", "web"]);
        let platforms = prop::collection::btree_map(
            prop::sample::select(vec!["linux/amd64", "linux/arm64"]),
            prop::sample::select(vec!["p", "q"]),
            0..3,
        );
        let seed = prop::sample::select(vec!["a", "b"]);
        let policy = prop::sample::select(vec!["semver *", "digest 1"]);
        prop::collection::btree_map(name, (tag, seed, policy, platforms), 0..4).prop_map(|images| {
            let images = images
                .into_iter()
                .map(|(name, (tag, seed, policy, platforms))| {
                    entry(
                        name,
                        policy,
                        tag,
                        seed,
                        &platforms.into_iter().collect::<Vec<_>>(),
                    )
                });
            lock(images.collect())
        })
    }

    proptest! {
        #[test]
        fn a_lock_equals_itself(lock in locks()) {
            let diff = compare(&lock, &lock);
            prop_assert!(diff.is_empty());
            prop_assert_eq!(diff.unchanged, lock.images.len());
        }

        #[test]
        fn the_other_direction_is_the_mirror(left in locks(), right in locks()) {
            let (there, back) = (compare(&left, &right), compare(&right, &left));
            prop_assert_eq!(there.unchanged, back.unchanged);
            prop_assert_eq!(there.count(ChangeKind::Added), back.count(ChangeKind::Removed));
            for (one, other) in there.changes.iter().zip(&back.changes) {
                prop_assert_eq!(&one.name, &other.name);
                prop_assert_eq!((&one.before, &one.after), (&other.after, &other.before));
                prop_assert_eq!(one.level, other.level);
                prop_assert_eq!(one.content, other.content);
                prop_assert_eq!(&one.fields, &other.fields);
                prop_assert!(!(one.downgrade && other.downgrade));
            }
        }

        #[test]
        fn the_counts_add_up(left in locks(), right in locks()) {
            let diff = compare(&left, &right);
            let (added, removed) = (diff.count(ChangeKind::Added), diff.count(ChangeKind::Removed));
            let both = diff.count(ChangeKind::Updated) + diff.unchanged;
            prop_assert_eq!(left.images.len(), both + removed);
            prop_assert_eq!(right.images.len(), both + added);
            // Taking the second pin of each change turns the first lock into the second.
            let mut images: BTreeMap<String, Pin> =
                left.images.iter().map(|entry| (entry.name.clone(), entry.clone())).collect();
            for change in diff.changes {
                match change.after {
                    Some(entry) => drop(images.insert(change.name, entry)),
                    None => drop(images.remove(&change.name)),
                }
            }
            prop_assert_eq!(images.into_values().collect::<Vec<_>>(), right.images);
        }
    }

    #[test]
    fn platform_changes_are_named() {
        let before = entry(
            "x",
            "p",
            "1",
            "a",
            &[
                ("linux/amd64", "1"),
                ("linux/arm64", "1"),
                ("linux/386", "1"),
            ],
        );
        let after = entry(
            "x",
            "p",
            "1",
            "b",
            &[
                ("linux/amd64", "2"),
                ("linux/arm64", "1"),
                ("linux/riscv64", "1"),
            ],
        );
        let changes = platform_changes(&before.platforms, &after.platforms);
        let named: Vec<_> = changes
            .iter()
            .map(|(platform, change)| (platform.architecture(), *change))
            .collect();
        assert_eq!(
            named,
            [
                ("386", PlatformChange::Removed),
                ("amd64", PlatformChange::Changed),
                ("arm64", PlatformChange::Same),
                ("riscv64", PlatformChange::Added)
            ]
        );
    }
}
