//! What Flux's image-reflector chooses (`flux.txt`, its own output), and where the choice here differs.

use std::collections::BTreeMap;

use imagelock::policy::Direction;
use imagelock::version::Constraint;

use super::support::*;

const VECTORS: &str = include_str!("../../fixtures/vectors/flux.txt");

/// The tags of the semver and alphabetical vectors.
const LIST: &str = "1 1.2 1.2.0 1.2.3 v1.2.4 1.3.0-rc.1 1.3.0-alpine 2.0.0 20230101 2021.12.16 latest 1.2.3.4 v1.2.3";

/// Constraints for which the choice here is another one.
const DIFFERENT: [(&str, &str, &str); 3] = [
    (
        "1.2.3",
        "1.2.3.4",
        "four numbers are a version, of which the constraint sees three",
    ),
    ("*", "2.0.0", "the guard for dates drops 2021.12.16"),
    (">=1.0.0", "2.0.0", "the guard for dates drops 2021.12.16"),
];

#[test]
fn semver_chooses_as_flux_does_but_for_dates() {
    let different: BTreeMap<_, _> = DIFFERENT
        .iter()
        .map(|(constraint, ours, _)| (*constraint, *ours))
        .collect();
    let mut count = 0;
    for line in VECTORS.lines() {
        let Some((constraint, theirs)) = line
            .strip_prefix("semver \"")
            .and_then(|line| line.split_once("\" -> "))
        else {
            continue;
        };
        count += 1;
        if theirs.starts_with("ERR") {
            assert!(Constraint::parse(constraint).is_err(), "{constraint}");
            continue;
        }
        let expected = different.get(constraint).copied().unwrap_or(theirs);
        let choice = chosen(&semver(constraint), LIST, None);
        assert_eq!(choice.as_deref(), Some(expected), "{constraint}");
        // Flux leaves out tags with fewer than three numbers; here they lose only ties.
        let long: Vec<_> = LIST
            .split(' ')
            .filter(|tag| tag.matches('.').count() >= 2)
            .collect();
        let choice = chosen(&semver(constraint), &long.join(" "), None);
        assert_eq!(choice.as_deref(), Some(expected), "{constraint}");
    }
    assert_eq!(count, 13);
}

#[test]
fn alphabetical_chooses_as_flux_does() {
    assert!(VECTORS.contains("\nalpha asc v1.2.4 desc 1\n"));
    let choice = |order| chosen(&alphabetical(order), LIST, None);
    assert_eq!(choice(Direction::Ascending).as_deref(), Some("v1.2.4"));
    assert_eq!(choice(Direction::Descending).as_deref(), Some("1"));
}

#[test]
fn numerical_chooses_as_flux_does_but_for_floating_point() {
    use Direction::{Ascending, Descending};

    assert!(
        VECTORS.contains("\nnum 1e3 ERR not numeric latest 9 1.9 ERR not numeric 0x10 inf 7\n")
    );
    for (order, list, theirs, ours, reason) in [
        (
            Ascending,
            "9 10 1e3",
            "1e3",
            "10",
            "1e3 is more often a commit than a number",
        ),
        (
            Ascending,
            "9 latest",
            "error",
            "9",
            "one stray tag does not stop an image for good",
        ),
        (Descending, "9 10", "9", "9", ""),
        (Ascending, "1.10 1.9", "1.9", "1.9", ""),
        (
            Ascending,
            "0x10 9",
            "error",
            "9",
            "one stray tag does not stop an image for good",
        ),
        (Ascending, "inf 9", "inf", "9", "a word is no build number"),
        (Ascending, "007 7", "7", "7", ""),
        (
            Ascending,
            "9007199254740993 9007199254740992",
            "9007199254740992",
            "9007199254740993",
            "there both are one floating-point number, and the later one in the list wins",
        ),
    ] {
        assert_eq!(
            chosen(&numerical(order), list, None).as_deref(),
            Some(ours),
            "{list}"
        );
        assert_eq!(theirs == ours, reason.is_empty(), "{list}");
    }
}

#[test]
fn extract_chooses_as_flux_does() {
    assert!(VECTORS.contains("[100 200] map[100:main-abc-100 200:main-aaa-200]"));
    let policy = extracting(
        numerical(Direction::Ascending),
        "^main-[a-f0-9]+-(?P<ts>[0-9]+)$",
        "$ts",
    );
    let list = "main-abc-100 main-def-200 main-aaa-200 dev-abc-300";
    // There the last one of the list survives, here the first one in byte order: the same one.
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("main-aaa-200"));

    assert!(VECTORS.contains("1.3.0 1.3.0-alpine"));
    let policy = extracting(semver("^1"), "^(?P<v>[0-9.]+)-alpine$", "$v");
    let list = "1.2.0-alpine 1.3.0-alpine 1.4.0";
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("1.3.0-alpine"));

    // There an unknown group is empty, so that every tag has one value; here it is an error.
    assert!(VECTORS.contains("unknown group $v1 expands empty"));
    let error = imagelock::policy::Extract::parse("^v(?P<v>.*)$", "$v1").unwrap_err();
    assert_eq!(error.error.help.as_deref(), Some("write `${v}1`"));
}
