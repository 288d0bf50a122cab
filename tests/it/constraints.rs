//! Every line that the real Masterminds/semver 3.4.0 answered.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use imagelock::version::{Constraint, Prereleases, Version};
use serde_json::Value;

const VECTORS: &str = include_str!("../fixtures/vectors/semver-constraints.jsonl");

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap())
        .collect()
}

#[test]
fn constraints_match_what_masterminds_matches() {
    let mut lines = VECTORS
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    let versions: Vec<_> = strings(&head["versions"])
        .into_iter()
        .map(|text| Version::parse(text).unwrap_or_else(|| panic!("{text} is a version")))
        .collect();

    let mut count = 0;
    for line in lines {
        let text = line["constraint"].as_str().unwrap();
        let parsed = Constraint::parse(text);
        if line["error"] == true {
            assert!(parsed.is_err(), "{text:?} is an error");
        } else {
            let constraint = parsed.unwrap_or_else(|error| panic!("{text:?}: {error}"));
            let matched: Vec<_> = versions
                .iter()
                .filter(|version| constraint.matches(version, Prereleases::ByConstraint))
                .map(Version::as_str)
                .collect();
            assert_eq!(matched, strings(&line["match"]), "{text:?}");
        }
        count += 1;
    }
    assert_eq!(count, 98);
}
