//! The versions of a list, for images that move together.

use imagelock::policy::{Candidates, Direction, Policy};

use super::support::*;

fn versions(policy: &Policy, list: &str, held: &str) -> Vec<String> {
    let (list, held) = (tags(list), passed_over(tags(held)));
    let candidates = Candidates::of(&list).passed_over(&held);
    let versions = policy.versions(&candidates).into_iter();
    versions.map(|(key, tag)| format!("{key}={tag}")).collect()
}

#[test]
fn each_version_has_the_tag_that_would_be_chosen_for_it() {
    let list = "1.2 1.2.0 v1.2.0 1.1 1.3.0 1.3.0-rc.1 2.0 latest";
    assert_eq!(
        versions(&semver("^1"), list, "1.2.0 1.3.0"),
        ["1.2.0=v1.2.0", "1.1.0=1.1"]
    );
    let list = "1.2-debian-12-r3 1.2.0-debian-12-r10 1.1-debian-11-r0 1.3";
    assert_eq!(
        versions(&suffixed(semver("^1"), "-debian-*-r*"), list, ""),
        ["1.2.0=1.2.0-debian-12-r10", "1.1.0=1.1-debian-11-r0"]
    );
    assert_eq!(
        versions(
            &semver("*-0"),
            "1.2.3.4 1.2.3.04.0 1.2.3_1 1.3rc1 1.3-rc.1",
            ""
        ),
        [
            "1.3.0-rc.1=1.3-rc.1",
            "1.2.3.4=1.2.3.04.0",
            "1.2.3_1=1.2.3_1"
        ]
    );
    assert_eq!(
        versions(
            &calver("YYYY.MM.MICRO", ""),
            "2024.4 2024.04.0 2024.5.1",
            ""
        ),
        ["2024.5.1=2024.5.1", "2024.4.0=2024.04.0"]
    );
    assert_eq!(
        versions(&numerical(Direction::Descending), "007 7 1.50", ""),
        ["1.5=1.50", "7=7"]
    );
    assert_eq!(
        versions(&alphabetical(Direction::Ascending), "a b", ""),
        ["b=b", "a=a"]
    );
    assert!(versions(&newest_build(), "a", "").is_empty());
    assert!(versions(&Policy::digest(tag("a")), "a", "").is_empty());
}

#[test]
fn one_version_has_one_key_in_two_images() {
    let key =
        |policy: &Policy, list: &str| policy.versions(&Candidates::of(&tags(list))).remove(0).0;
    let plain = key(&semver("^1"), "v1.2");
    assert_eq!(
        plain,
        key(&suffixed(semver("*"), "-alpine"), "1.2.0-alpine")
    );
    assert_eq!(
        plain,
        key(
            &extracting(semver("*"), "^r(.*)$", "$1"),
            "r1.2.0+x".split('+').next().unwrap()
        )
    );
    assert_ne!(plain, key(&semver("*-0"), "1.2.0-rc.1"));
}

#[test]
fn guards_hold_for_versions() {
    let (list, current) = (tags("1.0 1.1 1.2"), tag("1.1"));
    let candidates = Candidates::of(&list).current(Some(&current));
    let versions = semver("*").versions(&candidates);
    let found: Vec<_> = versions.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(found, ["1.2.0", "1.1.0"]);
}
