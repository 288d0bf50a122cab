//! The strategy `calver`.

use imagelock::policy::{Candidates, Policy, Prerelease, Rule};

use super::support::*;

#[test]
fn the_latest_date_wins() {
    for (scheme, constraint, list, expected) in [
        (
            "YYYY.MM.DD",
            "",
            "2024.1.5 2024.01.15 2023.12.31 latest 1.2.3",
            "2024.01.15",
        ),
        ("YYYY.0M", ">=2024.04", "2023.10 2024.04 2024.10", "2024.10"),
        (
            "YYYY.0M",
            "2023.x || 2022",
            "2022.10 2023.04 2024.10",
            "2023.04",
        ),
        (
            "YYYY.0M",
            ">=2023.10 <2025",
            "2023.04 2024.10 2025.01",
            "2024.10",
        ),
        (
            "YY.MM.MICRO",
            "24",
            "24.4.2 24.4.10 24.12.0 25.1.0",
            "24.12.0",
        ),
        ("YYYY0M0D", "", "20240229 20231231 1234567 2024", "20240229"),
        ("YYYY.0W", "", "2024.02 2024.52", "2024.52"),
        (
            "YYYY-0M-0D_MICRO",
            "",
            "2024-01-05_9 2024-01-05_10",
            "2024-01-05_10",
        ),
        ("MAJOR.YYYY0M0D", "", "1.20241231 2.20200101", "2.20200101"),
        ("YY.0M.MICRO", "", "22.04 22.04.1 20.04", "22.04.1"),
    ] {
        let policy = calver(scheme, constraint);
        assert_eq!(
            chosen(&policy, list, None).as_deref(),
            Some(expected),
            "{policy}"
        );
    }
}

#[test]
fn what_is_dropped_is_told() {
    let list = "2024.13.01 2024.02.30 2024.1 v1.2.3 2023.06.01";
    let policy = calver("YYYY.MM.DD", ">=2024");
    for (tag, rule, reason) in [
        ("2024.13.01", Rule::Version, "names no date: no month 13"),
        (
            "2024.02.30",
            Rule::Version,
            "names no date: no day 30 in month 2 of 2024",
        ),
        ("2024.1", Rule::Version, "not a version of YYYY.MM.DD"),
        ("v1.2.3", Rule::Version, "not a version of YYYY.MM.DD"),
        ("2023.06.01", Rule::Constraint, "does not satisfy >=2024"),
    ] {
        assert_eq!(dropped(&policy, list, tag), (rule, reason.into()));
    }
    let policy = suffixed(policy, "-x");
    assert_eq!(
        dropped(&policy, "2024.13.01-x", "2024.13.01-x").1,
        "`2024.13.01` names no date: no month 13"
    );
}

#[test]
fn ties_go_to_parts_then_the_current_form_then_no_v_then_bytes() {
    let policy = calver("YYYY.MM.MICRO", "");
    let list = "2024.1 v2024.1.0 2024.1.0 2024.01.0";
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("2024.01.0"));
    assert_eq!(
        chosen(&policy, list, Some("v2023.1.0")).as_deref(),
        Some("v2024.1.0")
    );
}

#[test]
fn modifiers_are_prereleases() {
    let list = "2024.4 2024.5-rc1 2024.5-dev3 2024.6-alpha";
    let with = |constraint, prerelease| Policy {
        prerelease,
        ..calver("YYYY.MM-MODIFIER", constraint)
    };
    let only = Prerelease::Only(vec!["rc".into(), "dev".into()]);
    for (policy, expected) in [
        (with("", None), "2024.4"),
        (with("", Some(Prerelease::Never)), "2024.4"),
        (with("", Some(Prerelease::Always)), "2024.6-alpha"),
        (with("", Some(only)), "2024.5-rc1"),
        (with(">=2024.5-dev1 <2024.6", None), "2024.5-rc1"),
        (with("2024", None), "2024.4"),
    ] {
        assert_eq!(
            chosen(&policy, list, None).as_deref(),
            Some(expected),
            "{policy}"
        );
    }
    assert_eq!(
        dropped(&with("", None), list, "2024.5-rc1"),
        (
            Rule::Prerelease,
            "prerelease `rc1`; the constraint names none".into()
        )
    );
}

#[test]
fn a_short_tag_never_stands_for_a_prerelease() {
    let policy = calver("YYYY.MM.MICROMODIFIER", "");
    let list = "2024.12.5 2025.1 2025.1.0b3";
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("2024.12.5"));
    let list = tags(list);
    let candidates = Candidates::of(&list);
    let found = policy.lint(&candidates, policy.choose(&candidates));
    assert_eq!(
        found[0].message,
        "2025.1 looks newer than 2024.12.5 and is skipped: stands for a prerelease, such as 2025.1.0b3"
    );
    let list = "2024.12.5 2025.1 2025.1.0b3 2025.1.0";
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("2025.1.0"));
}
