//! Suffixes, plain and as globs.

use imagelock::policy::{Candidates, Direction};

use super::support::*;

#[test]
fn a_suffix_keeps_to_its_variant() {
    let list = "7.4.1 7.4.1-alpine 7.4.2-bookworm 7.4.0-alpine 7.4-alpine 7-alpine 7.5.0-rc1-alpine alpine";
    assert_eq!(
        chosen(&suffixed(semver("7.x"), "-alpine"), list, None).as_deref(),
        Some("7.4.1-alpine")
    );
    assert_eq!(
        chosen(&suffixed(semver("7.x-0"), "-alpine"), list, None).as_deref(),
        Some("7.5.0-rc1-alpine")
    );
    assert_eq!(
        verdict(&suffixed(semver("7.x"), "-alpine"), list, "7.4.1").reason,
        "does not end in -alpine"
    );
    assert_eq!(
        verdict(&suffixed(semver("7.x"), "alpine"), list, "alpine").reason,
        "nothing is left without the suffix"
    );
    assert_eq!(
        verdict(&suffixed(semver("7.x"), "alpine"), list, "7-alpine").reason,
        "`7-` is not a version"
    );
}

#[test]
fn a_glob_takes_any_variant_that_matches_and_orders_its_numbers() {
    let policy = suffixed(semver("^1"), "-debian-*-r*");
    let list = "1.2.3 1.2.3-debian-12-r3 1.2.3-debian-12-r10 1.2.3-debian-11-r99 1.2.2-debian-13-r0 \
        1.2.4-rc.1-debian-12-r0 1.2.4-debian 2.0.0-debian-12-r0";
    assert_eq!(
        chosen(&policy, list, None).as_deref(),
        Some("1.2.3-debian-12-r10")
    );
    let verdicts = policy.evaluate(&Candidates::of(&tags(list)));
    let reasons: Vec<_> = verdicts
        .iter()
        .map(|verdict| format!("{}: {}", verdict.tag, verdict.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "1.2.3-debian-12-r10: the highest of 4 tags that fit",
            "1.2.3-debian-12-r3: equal to 1.2.3-debian-12-r10, whose suffix is higher",
            "1.2.3-debian-11-r99: equal to 1.2.3-debian-12-r10, whose suffix is higher",
            "1.2.2-debian-13-r0: lower than 1.2.3-debian-12-r10",
            "1.2.3: does not end in -debian-*-r*",
            "1.2.4-debian: does not end in -debian-*-r*",
            "1.2.4-rc.1-debian-12-r0: prerelease `rc.1`; the constraint names none",
            "2.0.0-debian-12-r0: does not satisfy ^1",
        ]
    );
}

#[test]
fn a_glob_never_takes_a_plain_version() {
    for suffix in ["-alpine*", "*-alpine", "-*", "-?*"] {
        let policy = suffixed(semver("^1"), suffix);
        assert_eq!(
            chosen(&policy, "1.9.0 1.2.3-alpine", None).as_deref(),
            Some("1.2.3-alpine"),
            "{suffix}"
        );
    }
}

#[test]
fn equal_revisions_are_ties_by_bytes() {
    let policy = suffixed(semver("^1"), "-r*");
    assert_eq!(
        chosen(&policy, "1.0-r3 1.0-r03", None).as_deref(),
        Some("1.0-r03")
    );
    // The suffix is asked before the number of parts.
    assert_eq!(
        chosen(&policy, "1.0-r10 1.0.0-r3", None).as_deref(),
        Some("1.0-r10")
    );
}

#[test]
fn every_strategy_but_digest_takes_a_suffix() {
    let list = "2024.04-slim 2024.05 9-slim 10-slim 11 b-slim c";
    for (policy, expected) in [
        (calver("YYYY.0M", ""), "2024.04-slim"),
        (numerical(Direction::Ascending), "2024.04-slim"),
        (numerical(Direction::Descending), "9-slim"),
        (alphabetical(Direction::Ascending), "b-slim"),
        (alphabetical(Direction::Descending), "10-slim"),
    ] {
        let policy = suffixed(policy, "-slim");
        assert_eq!(
            chosen(&policy, list, None).as_deref(),
            Some(expected),
            "{policy}"
        );
    }
    let list = tags("a-slim b-slim c");
    let dates = dates("a-slim@2 b-slim@1 c@3");
    let policy = suffixed(newest_build(), "-slim");
    let newest = policy.choose(&Candidates::of(&list).dates(&dates));
    assert_eq!(newest, Some(&tag("a-slim")));
}
