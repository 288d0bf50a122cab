//! Which tags are let through: patterns, artifacts, prereleases.

use imagelock::policy::{Outcome, Policy, Prerelease, Rule};

use super::support::*;

#[test]
fn filters_say_what_they_dropped() {
    let list = "1.0 1.1-rc1 1.2 nightly v1.0 av1 v10.1";
    let mut policy = semver("*");
    policy.allow_tags = patterns(&["regexp:^v1"]);
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("v10.1"));
    assert_eq!(
        verdict(&policy, list, "1.0").reason,
        "does not match allow-tags regexp:^v1"
    );
    policy.allow_tags = patterns(&["regexp:^v1", "1.*"]);
    policy.ignore_tags = patterns(&["*-rc*", "v10.1"]);
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("1.2"));
    assert_eq!(
        verdict(&policy, list, "av1").reason,
        "matches none of allow-tags"
    );
    let dropped = verdict(&policy, list, "1.1-rc1");
    assert_eq!(
        (dropped.rule, dropped.outcome),
        (Rule::IgnoreTags, Outcome::Dropped)
    );
    assert_eq!(dropped.reason, "matches ignore-tags *-rc*");
}

#[test]
fn prereleases_follow_the_option_or_the_constraint() {
    let list = "1.0.0 1.1.0-rc.1 2.0.0-rc.1";
    let with = |constraint: &str, prerelease| Policy {
        prerelease,
        ..semver(constraint)
    };
    for (constraint, option, expected) in [
        ("^1", None, "1.0.0"),
        ("^1", Some(Prerelease::Always), "1.1.0-rc.1"),
        ("^1-0", None, "1.1.0-rc.1"),
        ("^1-0", Some(Prerelease::Never), "1.0.0"),
    ] {
        assert_eq!(
            chosen(&with(constraint, option.clone()), list, None).as_deref(),
            Some(expected),
            "{constraint} {option:?}"
        );
    }
    let reason = |policy: Policy, tag| {
        let verdict = verdict(&policy, list, tag);
        (verdict.rule, verdict.reason)
    };
    let prerelease = |text: &str| (Rule::Prerelease, text.to_owned());
    assert_eq!(
        reason(with("^1", None), "1.1.0-rc.1"),
        prerelease("prerelease `rc.1`; the constraint names none")
    );
    assert_eq!(
        reason(with("^1-0", Some(Prerelease::Never)), "1.1.0-rc.1"),
        prerelease("prerelease `rc.1`, and the policy takes none")
    );
    assert_eq!(
        reason(with("^1 || 0.1.0-0", None), "1.1.0-rc.1"),
        prerelease("prerelease `rc.1`; the part of ^1 || 0.1.0-0 that it satisfies names none")
    );
    assert_eq!(
        reason(with("^1-0", None), "2.0.0-rc.1"),
        (Rule::Constraint, "does not satisfy ^1-0".into())
    );
}

#[test]
fn artifacts_are_no_images() {
    let artifact = format!("sha256-{}.sig", "ab".repeat(32));
    let dropped = verdict(&semver("*"), &format!("1.0 {artifact}"), &artifact);
    assert_eq!(dropped.rule, Rule::Artifact);
}
