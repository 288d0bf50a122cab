//! What Argo CD Image Updater chooses, and where the choice here differs.

use imagelock::policy::{Candidates, Direction, Pattern, Policy};
use imagelock::version::{Constraint, Prereleases, Version};

use super::support::*;

const LIST: &str = "0.1.0 0.2.3 1 1.0.0 1.0 v1.0.0 1.0.1 1.1.0 1.1.1-alpine 1.1.1 1.2.0-rc.1 1.2.0 1.2.3 \
    1.2.3-alpine3.20 1.9.9 2.0.0-beta.1 2.0.0 2.1.0 3.0.0 20230101 20230101-abc latest 1.2.3.4 V1.5.0 1.02.3 1.2.3_1";

/// Constraints, what Argo CD Image Updater chooses with Masterminds 3.4, and what is chosen here where it differs.
const CHOICES: &[(&str, &str, Option<&str>)] = &[
    ("* | x | *-0 | >=0-0 | ~0.0.0", "20230101", Some("3.0.0")),
    ("1 | 1.x | v1.x | ^1 | ~1 | <2 | <=1", "1.9.9", None),
    (
        "1.2 | =1.2 | 1.2.x | ~1.2 | ~1.2.0 | <=1.2",
        "1.2.3",
        Some("1.2.3.4"),
    ),
    ("1.2.3 | v1.2.3", "1.2.3", Some("1.2.3.4")),
    ("!=1 | !=1.2 | >1 | >1.2 | >=1.2", "20230101", Some("3.0.0")),
    ("<1.2", "1.1.1", None),
    ("^1.2 | ^1.2.0-0", "1.9.9", None),
    ("~1.2.0-0 | ~1.2-0", "1.2.3", Some("1.2.3.4")),
    ("<2.0.0-0", "1.9.9", None),
    ("<2.0.0-z", "2.0.0-beta.1", None),
    ("^0 | ~0", "0.2.3", None),
    ("^0.1", "0.1.0", None),
    ("^0.0 | ^0.0.3", "", None),
    ("1 - 2", "2.1.0", None),
    ("1.0 - 1.2", "1.2.3", Some("1.2.3.4")),
    (">=1.0 <2 | >=1.0,<2 | >=1.0, <2", "1.9.9", None),
    ("^1 || ^2", "2.1.0", None),
    ("2.x-0", "2.1.0", None),
    ("1.2.3-alpine3.20", "1.2.3-alpine3.20", None),
    ("^1-alpine", "1.9.9", None),
    ("^1.2.3-0 !=1.2.3-alpine3.20", "1.9.9", None),
];

#[test]
fn choices_are_those_of_image_updater_but_for_dates_and_four_numbers() {
    for (constraints, theirs, ours) in CHOICES {
        for constraint in constraints.split(" | ") {
            let choice = chosen(&semver(constraint), LIST, None).unwrap_or_default();
            assert_eq!(choice, ours.unwrap_or(theirs), "{constraint}");
        }
    }
}

/// The engine below the rules: the highest by precedence, the last in byte order among equals.
#[test]
fn without_our_guard_and_tie_rule_the_engine_agrees_everywhere() {
    for (constraints, theirs, _) in CHOICES {
        for constraint in constraints.split(" | ") {
            let parsed = Constraint::parse(constraint).unwrap();
            let mut list: Vec<_> = LIST.split_whitespace().filter_map(Version::parse).collect();
            list.retain(|version| parsed.matches(version, Prereleases::ByConstraint));
            list.sort_by(|left, right| {
                left.precedence(right)
                    .then_with(|| left.as_str().cmp(right.as_str()))
            });
            assert_eq!(
                list.last().map_or("", Version::as_str),
                *theirs,
                "{constraint}"
            );
        }
    }
}

/// The other strategies and the filters: what is chosen there, here, and why it differs.
#[test]
fn strategies_and_filters_choose_as_image_updater_does_but_where_it_is_said() {
    let any = || semver("*");
    let filtered = |allow: &[&str], ignore: &[&str]| Policy {
        allow_tags: patterns(allow),
        ignore_tags: patterns(ignore),
        ..alphabetical(Direction::Ascending)
    };
    for (policy, list, theirs, ours, reason) in [
        (
            any(),
            "1.0.0 1.1.0 2.0.0-rc1 latest 20230101",
            "20230101",
            "1.1.0",
            "the guard for dates",
        ),
        (
            semver("^1"),
            "1.0.0 1.1.0 2.0.0-rc1 latest 20230101",
            "1.1.0",
            "1.1.0",
            "",
        ),
        (any(), "1.2.3-alpine 1.2.4-alpine", "", "", ""),
        (
            alphabetical(Direction::Ascending),
            "2021.12.9 2021.12.16 v1 latest",
            "v1",
            "v1",
            "",
        ),
        (alphabetical(Direction::Ascending), "a9 a10", "a9", "a9", ""),
        (
            Policy::digest(tag("latest")),
            "latest 1.0",
            "latest",
            "latest",
            "",
        ),
        (Policy::digest(tag("latest")), "1.0", "", "", ""),
        (
            filtered(&["regexp:^v1"], &[]),
            "v1.0 av1 v10",
            "v10",
            "v10",
            "",
        ),
        (
            filtered(&[], &["*-rc*", "nightly"]),
            "1.0 1.1-rc1 nightly",
            "1.0",
            "1.0",
            "",
        ),
        (
            filtered(&["v1"], &[]),
            "v1.0 v1",
            "",
            "v1",
            "a pattern without a kind is a glob here; there it matches nothing",
        ),
    ] {
        let choice = chosen(&policy, list, None).unwrap_or_default();
        assert_eq!(choice, ours, "{policy} of {list}");
        assert_eq!(theirs == ours, reason.is_empty(), "{policy} of {list}");
    }
    // Patterns that match nothing there, in silence, are errors here.
    assert!(Pattern::parse("regexp:[").is_err() && Pattern::parse("foo:bar").is_err());
    assert!(Constraint::parse("1.2.3.4").is_err() && Constraint::parse("foo").is_err());
}

#[test]
fn newest_build_drops_what_has_no_date_and_settles_ties_as_image_updater_does() {
    let (list, known) = (tags("a b c"), dates("a@1 b@2"));
    let newest = newest_build()
        .choose(&Candidates::of(&list).dates(&known))
        .cloned();
    assert_eq!(newest, Some(tag("b")));
    let known = dates("a@1 b@1");
    let newest = newest_build()
        .choose(&Candidates::of(&list).dates(&known))
        .cloned();
    assert_eq!(newest, Some(tag("b")));
}

/// There the highest tag that fits is taken even if it is below the one that runs.
#[test]
fn a_lower_tag_is_taken_there_and_only_on_request_here() {
    let (list, current) = (tags("1.0.0"), tag("1.1.0"));
    let candidates = Candidates::of(&list).current(Some(&current));
    assert_eq!(semver("^1").choose(&candidates), None);
    let asked = candidates.allow_downgrade(true);
    assert_eq!(semver("^1").choose(&asked), Some(&tag("1.0.0")));
}
