//! Two branches that each change the lock, merged by the real `git merge-file`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use imagelock::image::{Digest, Platform, Repository, Tag};
use imagelock::lock::{self, Lock, Pin};
use tempfile::TempDir;

use crate::support::programs::installed;

const IMAGES: usize = 60;

const PLATFORMS: [&str; 3] = ["linux/amd64", "linux/arm64", "linux/s390x"];

/// What a branch does to a pin.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    /// A new tag, with new digests.
    Release,
    /// The same tag with a new index alone, as new attestations give.
    Index,
    /// The same tag with new digests.
    Rebuild,
    /// Another policy, which the pin still satisfies.
    Policy,
}

const CHANGES: [Change; 4] = [
    Change::Release,
    Change::Index,
    Change::Rebuild,
    Change::Policy,
];

fn digest(text: &str) -> Digest {
    Digest::sha256_of(text.as_bytes())
}

fn name(number: usize) -> String {
    format!("image-{number:02}")
}

/// Returns a pin; every fourth is of a single image, the others have one platform to three.
fn entry(number: usize, tag: &str, build: &str) -> Pin {
    let name = name(number);
    let of = |platform: &&str| {
        let seed = format!("{name} {build} {platform}");
        (Platform::parse(platform).unwrap(), digest(&seed))
    };
    Pin {
        image: Repository::parse(&format!("registry.example/team/{name}")).unwrap(),
        policy: "semver ^1".into(),
        tag: Tag::parse(tag).unwrap(),
        digest: digest(&format!("{name} {build}")),
        platforms: PLATFORMS[..number % 4].iter().map(of).collect(),
        extra: toml::Table::new(),
        name,
    }
}

fn base() -> Lock {
    Lock {
        images: (0..IMAGES)
            .map(|number| entry(number, "1.0.0", "base"))
            .collect(),
        ..Lock::default()
    }
}

/// Returns a lock in which a branch changed one pin.
fn changed(lock: &Lock, number: usize, change: Change, branch: &str) -> Lock {
    let mut lock = lock.clone();
    let pin = &mut lock.images[number];
    match change {
        Change::Release => {
            let tag = format!("1.1.{}", branch.len());
            *pin = entry(number, &tag, branch);
        }
        Change::Rebuild => *pin = entry(number, "1.0.0", branch),
        Change::Index => pin.digest = digest(branch),
        Change::Policy => pin.policy = format!("semver >=1.{}", branch.len()),
    }
    lock
}

struct Merger(TempDir);

impl Merger {
    /// Merges as `git merge` does for a file that both branches changed.
    fn merge(&self, ours: &Lock, base: &Lock, theirs: &Lock, style: &[&str]) -> (bool, String) {
        for (file, lock) in [("ours", ours), ("base", base), ("theirs", theirs)] {
            fs::write(self.0.path().join(file), lock::write(lock)).unwrap();
        }
        let output = Command::new("git")
            .args(["merge-file", "-p"])
            .args(style)
            .args(["ours", "base", "theirs"])
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let conflicts = output.status.code().unwrap();
        assert!((0..128).contains(&conflicts), "{output:?}");
        (conflicts == 0, String::from_utf8(output.stdout).unwrap())
    }
}

fn merger() -> Option<Merger> {
    installed("git").then(|| Merger(tempfile::tempdir().unwrap()))
}

fn without(lock: &Lock, number: usize) -> Lock {
    let mut lock = lock.clone();
    lock.images.remove(number);
    lock
}

#[test]
fn branches_that_change_different_images_do_not_conflict() {
    let Some(git) = merger() else { return };
    let base = base();
    // Neighbours are the hard case: their blocks touch.
    let neighbours = (0..IMAGES - 1).map(|number| (number, number + 1));
    let distant = (0..12).map(|number| (number * 5, (number * 23 + 7) % IMAGES));
    for (step, (left, right)) in neighbours.chain(distant).enumerate() {
        if left == right {
            continue;
        }
        let (first, second) = (CHANGES[step % 4], CHANGES[step / 4 % 4]);
        let ours = changed(&base, left, first, "ours");
        let theirs = changed(&base, right, second, "theirs");
        let case = format!("{first:?} of {left}, {second:?} of {right}");
        let (clean, text) = git.merge(&ours, &base, &theirs, &[]);
        assert!(clean, "{case}:\n{text}");
        let union = changed(&ours, right, second, "theirs");
        assert_eq!(lock::read("images.lock", &text).unwrap(), union, "{case}");
        assert_eq!(text, lock::write(&union), "{case}: the text is canonical");
    }
}

#[test]
fn branches_that_change_one_image_conflict_in_that_image_alone() {
    let Some(git) = merger() else { return };
    let base = base();
    let styles: [&[&str]; 3] = [&[], &["--diff3"], &["--zdiff3"]];
    for (step, change) in CHANGES.into_iter().cycle().take(16).enumerate() {
        // Every number of platforms, at the ends and in the middle.
        let number = (step * 13 + step / 4) % IMAGES;
        let ours = changed(&base, number, change, "ours");
        let theirs = changed(&base, number, change, "theirs");
        for style in styles {
            let case = format!("{change:?} of {number}, {style:?}");
            let (clean, text) = git.merge(&ours, &base, &theirs, style);
            assert!(
                !clean && lock::has_conflict_markers(&text),
                "{case}:\n{text}"
            );
            let merged = lock::read_conflicted("images.lock", &text).unwrap();
            assert_eq!(merged.conflicts, [name(number)], "{case}");
            assert_eq!(merged.lock, without(&base, number), "{case}");
        }
    }
}

#[test]
fn what_only_one_branch_changed_is_kept_beside_a_conflict() {
    let Some(git) = merger() else { return };
    let base = base();
    for number in [10, 29, 47] {
        let ours = changed(&base, number, Change::Release, "ours");
        let ours = changed(&ours, number + 1, Change::Release, "ours");
        let theirs = changed(&base, number - 1, Change::Rebuild, "theirs");
        let theirs = changed(&theirs, number, Change::Release, "theirs");
        let (clean, text) = git.merge(&ours, &base, &theirs, &[]);
        assert!(!clean);
        let merged = lock::read_conflicted("images.lock", &text).unwrap();
        assert_eq!(merged.conflicts, [name(number)]);
        let union = changed(&ours, number - 1, Change::Rebuild, "theirs");
        assert_eq!(merged.lock, without(&union, number));
    }
}

#[test]
fn images_that_both_branches_add_at_one_place_stay() {
    let Some(git) = merger() else { return };
    let base = base();
    let add = |suffix: &str| {
        let mut lock = base.clone();
        let mut new = entry(3, "2.0.0", suffix);
        new.name = format!("image-30-{suffix}");
        lock.images.insert(31, new.clone());
        (lock, new)
    };
    let ((ours, first), (theirs, second)) = (add("a"), add("b"));
    let (clean, text) = git.merge(&ours, &base, &theirs, &[]);
    assert!(!clean, "git cannot know that the order does not matter");
    let merged = lock::read_conflicted("images.lock", &text).unwrap();
    assert!(merged.conflicts.is_empty());
    let mut union = base;
    union.images.insert(31, first);
    union.images.insert(32, second);
    assert_eq!(merged.lock, union);
}

#[test]
fn the_same_change_on_both_branches_is_none() {
    let Some(git) = merger() else { return };
    let base = base();
    let both = changed(&base, 7, Change::Release, "both");
    let (clean, text) = git.merge(&both, &base, &both, &[]);
    assert!(clean);
    assert_eq!(lock::read("images.lock", &text).unwrap(), both);
}

#[test]
fn the_pins_have_all_shapes() {
    let counts = base()
        .images
        .iter()
        .fold(BTreeMap::new(), |mut counts, pin| {
            *counts.entry(pin.platforms.len()).or_insert(0) += 1;
            counts
        });
    assert_eq!(counts, [(0, 15), (1, 15), (2, 15), (3, 15)].into());
}
