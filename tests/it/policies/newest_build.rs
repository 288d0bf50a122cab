//! The strategy `newest-build`.

use imagelock::policy::{Candidates, Policy, Rule};

use super::support::*;

fn newest(policy: &Policy, list: &str, known: &str, current: Option<&str>) -> Option<String> {
    let (list, dates) = (tags(list), dates(known));
    let current = current.map(tag);
    let candidates = Candidates::of(&list)
        .dates(&dates)
        .current(current.as_ref());
    policy.choose(&candidates).map(ToString::to_string)
}

#[test]
fn the_latest_date_wins_and_bytes_settle_ties() {
    let policy = newest_build();
    for (list, known, expected) in [
        ("a b c", "a@1 b@2", Some("b")),
        ("a b", "a@1 b@1", Some("b")),
        ("b a", "a@1 b@1", Some("b")),
        ("a b", "a@3 b@1 c@9", Some("a")),
        ("a b", "", None),
    ] {
        assert_eq!(
            newest(&policy, list, known, None).as_deref(),
            expected,
            "{list}"
        );
    }
}

#[test]
fn only_tags_that_pass_the_filters_need_dates() {
    let policy = Policy {
        allow_tags: patterns(&["regexp:^main-"]),
        ignore_tags: patterns(&["*-dirty"]),
        ..newest_build()
    };
    let list = tags("main-b main-a dev-a main-a main-a-dirty sha256-ab.sig");
    assert!(policy.needs_dates());
    let wanted: Vec<_> = policy
        .dated_candidates(&list)
        .iter()
        .map(|tag| tag.as_str())
        .collect();
    assert_eq!(wanted, ["main-a", "main-b"]);
    assert!(policy.allows(&tag("main-x")) && !policy.allows(&tag("dev-x")));
    assert!(!semver("*").needs_dates() && semver("*").dated_candidates(&list).is_empty());
}

#[test]
fn reasons_tell_of_dates() {
    let (list, dates) = (tags("a b c d"), dates("a@1 b@2 c@2"));
    let verdicts = newest_build().evaluate(&Candidates::of(&list).dates(&dates));
    let reasons: Vec<_> = verdicts
        .iter()
        .map(|verdict| format!("{} {}: {}", verdict.tag, verdict.rule, verdict.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "c order: the newest of 3 tags that fit",
            "b order: as old as c, which comes last in byte order",
            "a order: older than c",
            "d date: nobody knows its date",
        ]
    );
}

#[test]
fn the_date_of_the_current_tag_is_the_floor() {
    let policy = newest_build();
    // The current tag is gone from the list, and its date is known.
    assert_eq!(newest(&policy, "a b", "a@1 b@2 now@3", Some("now")), None);
    assert_eq!(
        newest(&policy, "a b", "a@1 b@3 now@3", Some("now")).as_deref(),
        Some("b")
    );
    assert_eq!(
        newest(&policy, "a b", "a@1 b@2", Some("now")).as_deref(),
        Some("b")
    );
    let (list, dates) = (tags("a"), dates("a@1 now@3"));
    let current = tag("now");
    let candidates = Candidates::of(&list).dates(&dates).current(Some(&current));
    let verdicts = policy.evaluate(&candidates);
    assert_eq!(verdicts[0].rule, Rule::Downgrade);
    assert_eq!(verdicts[0].reason, "older than the current tag now");
    assert_eq!(
        policy.choose(&candidates.allow_downgrade(true)),
        Some(&tag("a"))
    );
}
