//! The strategy `semver`: small lists, ties, the guard for dates.

use imagelock::image::Tag;
use imagelock::policy::{Question, Rule};

use super::support::*;

#[test]
fn small_lists() {
    for (list, constraint, expected) in [
        ("1.11 1.11.0", "^1", Some("1.11.0")),
        ("1.2.3 1.2.3-alpine", "*", Some("1.2.3")),
        ("1.2.3-alpine 1.2.4-alpine", "^1", None),
        ("1.2.3-alpine 1.2.4-alpine", "^1-0", Some("1.2.4-alpine")),
        ("1.2.3-alpine 1.2.4-debian", "^1-0", Some("1.2.4-debian")),
        ("1.0.0 1.1.0 2.0.0-rc1 latest 20230101", "^1", Some("1.1.0")),
    ] {
        assert_eq!(
            chosen(&semver(constraint), list, None).as_deref(),
            expected,
            "{constraint} of {list}"
        );
    }
}

#[test]
fn ties_go_to_parts_then_the_current_form_then_no_v_then_bytes() {
    let list = "1 1.0 v1.0 1.0.0 v1.0.0 1.00.0";
    let policy = semver("^1");
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("1.0.0"));
    assert_eq!(
        chosen(&policy, list, Some("v0.9")).as_deref(),
        Some("v1.0.0")
    );
    assert_eq!(chosen(&policy, list, Some("0.9")).as_deref(), Some("1.0.0"));
    assert_eq!(
        chosen(&policy, list, Some("vlatest")).as_deref(),
        Some("1.0.0")
    );
    assert_eq!(
        chosen(&policy, "1.00.0 1.0.0 01.0.0", None).as_deref(),
        Some("01.0.0")
    );
    // A current tag from before the suffix was set still shows the form.
    let policy = suffixed(semver("^1"), "-alpine");
    assert_eq!(
        chosen(&policy, "1.0-alpine v1.0-alpine", Some("v0.9")).as_deref(),
        Some("v1.0-alpine")
    );

    let current = Tag::parse("v0.9").unwrap();
    let reasons: Vec<_> = semver("^1")
        .evaluate(&Question::of(&tags(list)).current(Some(&current)))
        .into_iter()
        .map(|verdict| format!("{} {}", verdict.tag, verdict.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "v1.0.0 the highest of 6 tags that fit",
            "1.0.0 equal to v1.0.0, which has a `v` as the current tag has",
            "1.00.0 equal to v1.0.0, which has a `v` as the current tag has",
            "v1.0 equal to v1.0.0, which has more numeric parts",
            "1.0 equal to v1.0.0, which has more numeric parts",
            "1 equal to v1.0.0, which has more numeric parts",
        ]
    );
    assert_eq!(
        verdict(&semver("*"), list, "v1.0.0").reason,
        "equal to 1.0.0, which has no `v`"
    );
    assert_eq!(
        verdict(&semver("*"), list, "1.00.0").reason,
        "equal to 1.0.0, which comes first in byte order"
    );
    assert_eq!(
        verdict(&semver("*"), "1.2 1.1", "1.1").reason,
        "lower than 1.2"
    );
    assert_eq!(
        verdict(&semver("*"), "1.2 latest", "1.2").reason,
        "the only tag that fits"
    );
}

#[test]
fn dates_are_no_versions_beside_real_ones() {
    let list = "1.2.3 20230101 2024.1.5 1234567";
    assert_eq!(chosen(&semver("*"), list, None).as_deref(), Some("1.2.3"));
    let dropped = verdict(&semver("*"), list, "2024.1.5");
    assert_eq!(dropped.rule, Rule::DateGuard);
    assert_eq!(
        dropped.reason,
        "looks like a date (2024), and the list has versions below 1000"
    );

    for (constraint, list, expected) in [
        // The constraint names such a number.
        (">=2023", "1.2.3 20230101 2024.1.5", "20230101"),
        ("2024.x || ^1", "1.2.3 20230101 2024.1.5", "2024.1.5"),
        // No version below 1000 fits.
        ("*", "2023.12.1 2024.01.05 latest", "2024.01.05"),
        (">=2", "1.2.3 2024.1.5", "2024.1.5"),
        ("*", "1.2.3-rc.1 2024.1.5", "2024.1.5"),
        // Numbers between are neither dates nor do they tell of a list of versions.
        ("*", "5000 2024.1.5", "5000"),
        ("*", "1.2.3 5000 2024.1.5", "5000"),
    ] {
        assert_eq!(
            chosen(&semver(constraint), list, None).as_deref(),
            Some(expected),
            "{constraint} of {list}"
        );
    }
}

#[test]
fn an_unfit_version_still_shows_that_the_list_has_versions() {
    let list = tags("1.2.3 1.2.2 20230101");
    let unfit = |text| passed_over(tags(text));
    let choose = |unfit| {
        semver("*")
            .choose(&Question::of(&list).passed_over(&unfit))
            .map(|tag| tag.as_str().to_owned())
    };
    assert_eq!(choose(unfit("1.2.3")), Some("1.2.2".into()));
    assert_eq!(choose(unfit("1.2.3 1.2.2")), None);
    assert_eq!(choose(unfit("9.9")), Some("1.2.3".into()));
}
