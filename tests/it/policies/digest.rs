//! The strategy `digest`.

use imagelock::image::Tag;
use imagelock::policy::{Candidates, Outcome, Policy, Rule};

use super::support::*;

#[test]
fn digest_follows_one_tag_and_nothing_else() {
    let policy = Policy::digest(Tag::parse("12-slim").unwrap());
    assert_eq!(
        chosen(&policy, "12 12-slim 13-slim", None).as_deref(),
        Some("12-slim")
    );
    assert_eq!(chosen(&policy, "12 13-slim", None), None);
    let list = tags("12-slim");
    assert_eq!(
        policy.choose(&Candidates::of(&list).passed_over(&passed_over(list.clone()))),
        None
    );
    let verdicts = policy.evaluate(&Candidates::of(&tags("13 12-slim 11 12-slim")));
    let summary: Vec<_> = verdicts
        .iter()
        .map(|verdict| (verdict.tag.as_str(), verdict.outcome, verdict.rule))
        .collect();
    assert_eq!(
        summary,
        [
            ("12-slim", Outcome::Chosen, Rule::Tag),
            ("11", Outcome::Dropped, Rule::Tag),
            ("13", Outcome::Dropped, Rule::Tag),
        ]
    );
}

#[test]
fn verdicts_are_json_for_programs() {
    let verdict = verdict(&semver("^1"), "2.0", "2.0");
    let json = serde_json::to_value(verdict).unwrap();
    let expected = serde_json::json!({
        "tag": "2.0", "outcome": "dropped", "rule": "constraint", "reason": "does not satisfy ^1"
    });
    assert_eq!(json, expected);
}
