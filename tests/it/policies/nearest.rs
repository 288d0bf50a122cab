//! What is told where nothing fits, for every strategy.

use imagelock::policy::{Candidates, Direction, Policy};

use super::support::*;

fn notes(policy: &Policy, list: &str) -> Vec<String> {
    policy.nearest(&Candidates::of(&tags(list))).notes()
}

#[test]
fn every_strategy_names_the_nearest_tags() {
    let none = |texts: &[&str]| patterns(texts);
    for (policy, list, expected) in [
        (
            calver("YYYY.0M", ">=2025"),
            "2024.10 2023.04 2024.13 latest",
            [
                "4 tags, dropped: 2 by version, 2 by constraint",
                "nearest: 2024.10 (does not satisfy >=2025), 2023.04 (does not satisfy >=2025), \
                 2024.13 (names no date: no month 13), latest (not a version of YYYY.0M)",
            ],
        ),
        (
            Policy {
                ignore_tags: none(&["1*"]),
                ..numerical(Direction::Ascending)
            },
            "10 9x 11 100",
            [
                "4 tags, dropped: 3 by ignore-tags, 1 by version",
                "nearest: 100 (matches ignore-tags 1*), 11 (matches ignore-tags 1*), \
                 10 (matches ignore-tags 1*), 9x (not a decimal number)",
            ],
        ),
        (
            Policy {
                allow_tags: none(&["x*"]),
                ..alphabetical(Direction::Ascending)
            },
            "a b10 b9",
            [
                "3 tags, dropped: 3 by allow-tags",
                "nearest: b10 (does not match allow-tags x*), b9 (does not match allow-tags x*), \
                 a (does not match allow-tags x*)",
            ],
        ),
        (
            newest_build(),
            "main-9 main-10",
            [
                "2 tags, dropped: 2 by date",
                "nearest: main-10 (nobody knows its date), main-9 (nobody knows its date)",
            ],
        ),
        (
            extracting(numerical(Direction::Ascending), r"^main-(\d+)$", "$1"),
            "main-9x dev-9",
            [
                "2 tags, dropped: 2 by extract",
                r"nearest: dev-9 (does not match extract ^main-(\d+)$), main-9x (does not match extract ^main-(\d+)$)",
            ],
        ),
    ] {
        assert_eq!(notes(&policy, list), expected, "{policy}");
    }
}

#[test]
fn a_star_that_no_longer_runs_on_is_helped_with() {
    for (suffix, list, help) in [
        (
            "-alpine*",
            "1.2.3-alpine3.20-slim 1.2.3",
            "`*` does not match `-` and `_`; if `-alpine3.20-slim` is meant too, set suffix = \"-alpine**\"",
        ),
        (
            "-debian-*-r*",
            "1.2.3-debian-12_x-r3",
            "`*` does not match `-` and `_`; if `-debian-12_x-r3` is meant too, set suffix = \"-debian-**-r**\"",
        ),
    ] {
        let policy = suffixed(semver("^1"), suffix);
        let found = policy.nearest(&Candidates::of(&tags(list)));
        assert_eq!(found.help().as_deref(), Some(help));
    }
    let policy = suffixed(semver("^1"), "-r**");
    assert_eq!(
        policy
            .nearest(&Candidates::of(&tags("1.2.3-alpine")))
            .help(),
        None
    );
}
