//! What Renovate offers (`renovate.txt`, its own output), against policies that say the same.

use std::collections::BTreeMap;

use imagelock::image::Tag;
use imagelock::policy::{Candidates, Level, Policy, Prerelease, Suffix};
use serde_json::Value;

use super::support::*;

const VECTORS: &str = include_str!("../../fixtures/vectors/renovate.txt");

/// Returns the lines of a section, as the current tag, the candidates and what is offered.
fn section(name: &str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = VECTORS
        .lines()
        .skip_while(move |line| *line != name)
        .skip(1);
    lines.map_while(|line| {
        let (current, rest) = line.split_once(" | ")?;
        let (candidates, offered) = rest.split_once(" => ")?;
        Some((current, candidates, offered))
    })
}

/// Returns what our policy offers within the current major version, and above it.
fn offered(policy: &Policy, current: &str, list: &str) -> BTreeMap<String, String> {
    let (list, current) = (tags(list), tag(current));
    let asked = Candidates::of(&list).current(Some(&current));
    let mut offered = BTreeMap::new();
    let mut offer = |bucket: &str, tag: Option<&Tag>| {
        if let Some(tag) = tag.filter(|tag| **tag != current) {
            offered.insert(bucket.to_owned(), tag.to_string());
        }
    };
    let near = policy.choose(&asked.level(Some(Level::Minor)));
    offer("non-major", near);
    let first = |tag: &Tag| {
        let text = tag.as_str().trim_start_matches('v');
        let digits = text.split(|letter: char| !letter.is_ascii_digit()).next();
        digits.unwrap_or_default().parse::<u64>().ok()
    };
    let higher: Vec<_> = list
        .iter()
        .filter(|tag| first(tag) > first(&current))
        .cloned()
        .collect();
    offer(
        "major",
        policy.choose(&Candidates::of(&higher).current(Some(&current))),
    );
    offered
}

fn compare(name: &str, policy: impl Fn(&str) -> Policy, different: &[(&str, &str, &str)]) {
    let mut seen = 0;
    for (current, candidates, theirs) in section(name) {
        // What Renovate leaves alone has no version here either.
        let theirs = if theirs.starts_with("SKIP") {
            "{}"
        } else {
            theirs
        };
        let line = format!("{current} | {candidates}");
        let difference = different.iter().find(|(start, ..)| line.starts_with(start));
        seen += usize::from(difference.is_some());
        let expected: Value =
            serde_json::from_str(difference.map_or(theirs, |(_, ours, _)| ours)).unwrap();
        let ours = serde_json::to_value(offered(&policy(current), current, candidates)).unwrap();
        assert_eq!(ours, expected, "{name}: {line}");
        let reason = difference.map_or("", |(_, _, reason)| reason);
        assert_eq!(
            reason.is_empty(),
            expected == serde_json::from_str::<Value>(theirs).unwrap(),
            "{current}"
        );
    }
    assert_eq!(seen, different.len(), "every difference is one");
}

const DATE: &str = "the guard for dates drops it; a constraint that names the year would not";
const FLOATING: &str = "versions have any number of parts here, and of equal ones the longest wins";
const BUILD: &str = "a number behind an underscore is a build, and the highest of what is equal";
const GLUED: &str = "1.4.0rc1 is read as rc.1, and `rc1` is the higher word";
const NO_VERSION: &str = "a current tag that is no version sets no limit; Renovate leaves it alone";

/// Renovate's `docker` is a suffix that stays, as the current tag has it.
#[test]
fn docker_is_a_policy_with_the_suffix_of_the_current_tag() {
    let policy = |current: &str| Policy {
        suffix: current
            .find('-')
            .and_then(|place| Suffix::parse(&current[place..]).ok()),
        ..semver("*")
    };
    compare(
        "--docker",
        policy,
        &[
            (
                "1.2.3 | 1.2.3 ",
                r#"{"non-major":"1.3.0","major":"2.0.0"}"#,
                DATE,
            ),
            ("1.2 | ", r#"{"non-major":"1.3.1","major":"2.0"}"#, FLOATING),
            ("1 | ", r#"{"non-major":"1.5","major":"3"}"#, FLOATING),
            ("10.11.4 | ", r#"{"non-major":"10.12.0"}"#, DATE),
            (
                "1.12-alpine | ",
                r#"{"non-major":"1.15.1-alpine"}"#,
                FLOATING,
            ),
            (
                "latest | ",
                r#"{"non-major":"1.0.0","major":"1.0.0"}"#,
                NO_VERSION,
            ),
            ("7 | ", r#"{"non-major":"7.1","major":"8.0"}"#, FLOATING),
            ("1.2.3_1 | ", r#"{"non-major":"1.2.4_1"}"#, BUILD),
        ],
    );
}

/// Renovate's `loose` takes any suffix, and orders tags with one below those without.
#[test]
fn loose_is_a_policy_that_takes_prereleases() {
    let policy = |_: &str| Policy {
        prerelease: Some(Prerelease::Always),
        ..semver("*")
    };
    compare(
        "--loose",
        policy,
        &[
            (
                "1.2.3 | 1.2.3 ",
                r#"{"non-major":"1.4.0-rc1","major":"2.0.0"}"#,
                GLUED,
            ),
            ("1.2.3_1 | ", r#"{"non-major":"1.2.4_1"}"#, BUILD),
            ("1 | ", r#"{"non-major":"1.5","major":"3"}"#, DATE),
            ("10.11.4 | ", r#"{"non-major":"10.12.0"}"#, DATE),
            (
                "latest | ",
                r#"{"non-major":"1.0.0","major":"1.0.0"}"#,
                NO_VERSION,
            ),
        ],
    );
}

/// Renovate's advice for such tags is a regular expression that moves from Debian 12 to 13.
#[test]
fn revisions_of_one_distribution_are_a_glob() {
    assert!(VECTORS.contains("--bitnami regex\n{\"non-major\":\"1.2.4-debian-13-r0\"}"));
    let list = "1.2.3-debian-12-r4 1.2.4-debian-12-r0 1.2.4-debian-12-r3 1.2.4-debian-13-r0";
    for (suffix, expected) in [
        ("-debian-12-r*", "1.2.4-debian-12-r3"),
        ("-debian-*-r*", "1.2.4-debian-13-r0"),
    ] {
        let policy = suffixed(semver("*"), suffix);
        let choice = chosen(&policy, list, Some("1.2.3-debian-12-r3"));
        assert_eq!(choice.as_deref(), Some(expected), "{suffix}");
    }
    let policy = suffixed(semver("*"), "-debian-12-r*");
    let choice = chosen(&policy, "1.2.3-debian-12-r4", Some("1.2.3-debian-12-r3"));
    assert_eq!(choice.as_deref(), Some("1.2.3-debian-12-r4"));
}
