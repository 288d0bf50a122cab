//! What the current tag holds a choice to: levels, and nothing below it.

use imagelock::policy::{Candidates, Direction, Level, Policy, Rule};

use super::support::*;

fn choose(policy: &Policy, list: &str, current: &str, level: Option<Level>) -> Option<String> {
    let (list, current) = (tags(list), tag(current));
    let candidates = Candidates::of(&list).current(Some(&current)).level(level);
    policy.choose(&candidates).map(ToString::to_string)
}

#[test]
fn levels_keep_the_first_numbers() {
    let list = "1.2.3 1.2.4 1.3.0 2.0.0";
    for (level, expected) in [
        (Some(Level::Patch), "1.2.4"),
        (Some(Level::Minor), "1.3.0"),
        (Some(Level::Major), "2.0.0"),
        (None, "2.0.0"),
    ] {
        assert_eq!(
            choose(&semver("*"), list, "1.2.3", level).as_deref(),
            Some(expected)
        );
        assert_eq!(
            choose(&semver("*"), list, "v1.2", level).as_deref(),
            Some(expected)
        );
        // What is no version sets no limit.
        assert_eq!(
            choose(&semver("*"), list, "latest", level).as_deref(),
            Some("2.0.0")
        );
    }
    let calver = calver("YYYY.MM.MICRO", "");
    let list = "2024.4.1 2024.4.2 2024.5.0 2025.1.0";
    for (level, expected) in [
        (Level::Patch, "2024.4.2"),
        (Level::Minor, "2024.5.0"),
        (Level::Major, "2025.1.0"),
    ] {
        assert_eq!(
            choose(&calver, list, "2024.4.1", Some(level)).as_deref(),
            Some(expected)
        );
    }
}

#[test]
fn levels_are_counted_without_the_suffix() {
    let policy = suffixed(semver("*"), "-alpine");
    let list = "1.2.4-alpine 1.3.0-alpine 2.0.0-alpine";
    let minor = Some(Level::Minor);
    assert_eq!(
        choose(&policy, list, "1.2.3-alpine", minor).as_deref(),
        Some("1.3.0-alpine")
    );
    // A tag from before the suffix was set.
    assert_eq!(
        choose(&policy, list, "1.2.3", minor).as_deref(),
        Some("1.3.0-alpine")
    );

    let (list, current) = (tags(list), tag("1.2.3-alpine"));
    let candidates = Candidates::of(&list).current(Some(&current)).level(minor);
    let verdicts = policy.evaluate(&candidates);
    assert_eq!(verdicts[2].rule, Rule::Level);
    assert_eq!(
        verdicts[2].reason,
        "further from 1.2.3-alpine than level minor"
    );
}

#[test]
fn nothing_below_the_current_tag_is_taken() {
    for (policy, list, current, expected) in [
        (semver("^1"), "1.0.0 1.1.0", "1.2.0", None),
        (semver("^1"), "1.0.0 1.2.0", "1.2.0", Some("1.2.0")),
        (semver("^1"), "1.0.0 1.3.0", "1.2.0", Some("1.3.0")),
        // Equal versions in another spelling are fine.
        (semver("^1"), "1.0.0 1.2", "v1.2.0", Some("1.2")),
        // What the policy no longer allows binds nobody.
        (semver("^1"), "1.0.0 1.1.0", "2.0.0", Some("1.1.0")),
        (semver("^1"), "1.0.0", "1.2.0-rc.1", Some("1.0.0")),
        (semver("^1"), "1.0.0", "latest", Some("1.0.0")),
        (suffixed(semver("^1"), "-r*"), "1.2-r3", "1.2-r4", None),
        (
            suffixed(semver("^1"), "-r*"),
            "1.2-r04",
            "1.2-r4",
            Some("1.2-r04"),
        ),
        (
            suffixed(semver("^1"), "-r*"),
            "1.2-r3",
            "1.2",
            Some("1.2-r3"),
        ),
        (calver("YYYY.MM", ""), "2024.4", "2024.5", None),
        (calver("YYYY.MM", ""), "2024.05", "2024.5", Some("2024.05")),
        (numerical(Direction::Ascending), "9", "10", None),
        (numerical(Direction::Ascending), "007", "7", Some("007")),
        (numerical(Direction::Descending), "10", "9", None),
        (numerical(Direction::Descending), "8", "9", Some("8")),
        (alphabetical(Direction::Ascending), "a", "b", None),
        (alphabetical(Direction::Descending), "b", "a", None),
    ] {
        assert_eq!(
            choose(&policy, list, current, None).as_deref(),
            expected,
            "{policy}: {list}"
        );
        let (list, current) = (tags(list), tag(current));
        let candidates = Candidates::of(&list)
            .current(Some(&current))
            .allow_downgrade(true);
        assert!(policy.choose(&candidates).is_some(), "{policy}");
    }
}

#[test]
fn a_vanished_tag_is_told() {
    let (list, current) = (tags("1.0.0 1.1.0"), tag("1.2.0"));
    let candidates = Candidates::of(&list).current(Some(&current));
    let verdicts = semver("^1").evaluate(&candidates);
    assert_eq!(outcomes(&verdicts), ["1.0.0 dropped", "1.1.0 dropped"]);
    assert_eq!(verdicts[1].rule, Rule::Downgrade);
    assert_eq!(verdicts[1].reason, "below the current tag 1.2.0");
    let fit = semver("^1").nearest(&candidates);
    assert_eq!(fit.vanished.as_ref(), Some(&current));
    assert_eq!(
        fit.notes(),
        [
            "2 tags, dropped: 2 by downgrade",
            "the current tag 1.2.0 is not among them",
            "nearest: 1.1.0 (below the current tag 1.2.0), 1.0.0 (below the current tag 1.2.0)",
        ]
    );
    assert!(fit.help().unwrap().contains("downgrade"));
}

#[test]
fn a_current_tag_without_its_platforms_gives_way() {
    let (list, current) = (tags("1.0.0 1.1.0"), tag("1.1.0"));
    let mut lacking = passed_over(vec![current.clone()]);
    let choose = |passed_over: &_| {
        let candidates = Candidates::of(&list)
            .current(Some(&current))
            .passed_over(passed_over);
        semver("^1").choose(&candidates).cloned()
    };
    assert_eq!(choose(&lacking), None);
    lacking.get_mut(&current).unwrap().rule = Rule::Platforms;
    assert_eq!(choose(&lacking), Some(tag("1.0.0")));
}

#[test]
fn the_current_version_shows_that_dates_are_none() {
    // The last small version is gone: the date still is no update of it.
    assert_eq!(choose(&semver("*"), "20240101", "1.2.3", None), None);
    // Someone who is on dates stays on them.
    let list = "1.2.3 2024.1.5 2024.2.0";
    assert_eq!(
        choose(&semver("*"), list, "2024.1.5", None).as_deref(),
        Some("2024.2.0")
    );
    assert_eq!(
        choose(&semver("*"), list, "1.2.3", None).as_deref(),
        Some("1.2.3")
    );
    assert_eq!(chosen(&semver("*"), list, None).as_deref(), Some("1.2.3"));
}
