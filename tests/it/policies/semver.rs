//! The strategy `semver`: small lists, ties, the guard for dates.

use imagelock::image::Tag;
use imagelock::policy::{Candidates, Rule};

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
        .evaluate(&Candidates::of(&tags(list)).current(Some(&current)))
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
    // What is below the current tag fits as well.
    let list = tags("1.2.0 1.3.0 1.3.1 1.4.0");
    let current = tag("1.4.0");
    let verdicts = semver("^1").evaluate(&Candidates::of(&list).current(Some(&current)));
    assert_eq!(verdicts[0].reason, "the highest of 4 tags that fit");
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
        (">=2023", "1.2.3 2023.1.1 2024.1.5", "2024.1.5"),
        (">=20230101", "1.2.3 20230102 20230101", "20230102"),
        ("2024.x || ^1", "1.2.3 20230101 2024.1.5", "2024.1.5"),
        // No version below 1000 fits.
        ("*", "2023.12.1 2024.01.05 latest", "2024.01.05"),
        (">=2", "1.2.3 2024.1.5", "2024.1.5"),
        ("*", "1.2.3-rc.1 2024.1.5", "2024.1.5"),
        // Numbers between are neither dates nor do they tell of a list of versions.
        ("*", "5000.1 2024.1.5", "5000.1"),
        ("*", "1.2.3 5000.1 2024.1.5", "5000.1"),
    ] {
        assert_eq!(
            chosen(&semver(constraint), list, None).as_deref(),
            Some(expected),
            "{constraint} of {list}"
        );
    }
}

#[test]
fn lone_numbers_are_no_versions_beside_longer_ones() {
    let list = "168 169 1.43.3 1.43.2 latest";
    assert_eq!(chosen(&semver("*"), list, None).as_deref(), Some("1.43.3"));
    let verdict = verdict(&semver("*"), list, "169");
    assert_eq!(verdict.rule, Rule::DateGuard);
    assert_eq!(
        verdict.reason,
        "one number (169), and the list has versions of two and more"
    );
    for (constraint, list, expected) in [
        // Nothing else fits.
        ("*", "168 169 latest", "169"),
        ("^169", "168 169 1.43.3", "169"),
        // A longer tag begins with it, a variant as well.
        ("*", "16 16.4 17 17.1 18 18.0-rc1", "17.1"),
        ("*", "1.8.0 21 21.0.9_10-jdk", "21"),
        // The constraint names a number as large.
        (">=1 <=200", "168 169 1.43.3", "169"),
        // It tells of no versions below 1000 that would turn calendar versions away.
        ("*", "169 2026.6.4 2026.7.1", "2026.7.1"),
        // All-digit commits and dates are as lone; a year or date that was published twice is of its kind.
        ("*", "87654321 2026.6.4", "2026.6.4"),
        ("*", "2025.4 2026", "2026"),
        ("*", "20240102 20240102.1 20240301", "20240301"),
        // A prerelease says what it is of.
        (">=17-0", "18.6 19beta3", "19beta3"),
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
            .choose(&Candidates::of(&list).passed_over(&unfit))
            .map(|tag| tag.as_str().to_owned())
    };
    assert_eq!(choose(unfit("1.2.3")), Some("1.2.2".into()));
    assert_eq!(choose(unfit("1.2.3 1.2.2")), None);
    assert_eq!(choose(unfit("9.9")), Some("1.2.3".into()));
}

#[test]
fn prereleases_of_one_stage_are_ordered_by_their_numbers() {
    for (list, expected) in [
        ("2.14.0-rc9 2.14.0-rc10", "2.14.0-rc10"),
        ("2.14.0-rc-9 2.14.0-rc-11 2.14.0-RC10", "2.14.0-rc-11"),
        ("3.15.0-rc2 3.15.0-rc.3 3.15.0rc4", "3.15.0rc4"),
        ("3.15.0_rc1 3.15.0_rc2", "3.15.0_rc2"),
        ("1.0.0-beta12 1.0.0-rc1", "1.0.0-rc1"),
    ] {
        let policy = semver(">=1.0.0-0");
        assert_eq!(
            chosen(&policy, list, None).as_deref(),
            Some(expected),
            "{list}"
        );
    }
    // A pin at rc9 is below rc10, and moves on.
    let list = "2.14.0-rc9 2.14.0-rc10";
    let current = Some("2.14.0-rc9");
    assert_eq!(
        chosen(&semver("^2-0"), list, current).as_deref(),
        Some("2.14.0-rc10")
    );
}

#[test]
fn a_short_tag_never_stands_for_a_refused_prerelease() {
    for (list, expected) in [
        (
            "2.10.2 2.10 2.11 2.11.0-beta.1 2.11.0-beta.1-alpine",
            "2.10.2",
        ),
        ("2.10.2 3 3.0 3.0.0-rc.1", "2.10.2"),
        ("4.17.4 4.18 4.18.0-ec.3 4.18.0-next.1", "4.17.4"),
        ("3.13.1 3.14 3.14.0_rc1", "3.13.1"),
        // A release, a variant of one, or a prerelease that is taken.
        ("2.10.2 2.11 2.11.0-beta.1 2.11.0", "2.11.0"),
        ("2.10.2 2.11 2.11.0-beta.1 2.11.1-alpine3.20", "2.11"),
        ("18.6 18 19beta3", "18.6"),
        // A full version is a release, whatever else there is.
        ("1.1.0 1.2.0 1.2.0-rc.3 1.2.0.1-rc1", "1.2.0"),
    ] {
        assert_eq!(
            chosen(&semver("*"), list, None).as_deref(),
            Some(expected),
            "{list}"
        );
    }
    let list = "2.10.2 2.11 2.11.0-beta.1";
    assert_eq!(chosen(&semver("*-0"), list, None).as_deref(), Some("2.11"));
    let dropped = dropped(&semver("*"), list, "2.11");
    assert_eq!(
        dropped,
        (
            Rule::Prerelease,
            "stands for a prerelease, such as 2.11.0-beta.1".into()
        )
    );
}

#[test]
fn many_short_tags_are_explained_in_one_look_at_the_list() {
    let list: Vec<String> = (0..5_000)
        .map(|number| format!("2.{number} 2.{number}.0-rc.1"))
        .collect();
    let list = tags(&list.join(" "));
    let verdicts = semver("*").evaluate(&Candidates::of(&list));
    assert_eq!(verdicts.len(), list.len());
    assert!(
        verdicts
            .iter()
            .all(|verdict| verdict.rule == Rule::Prerelease)
    );
}
