//! What a pattern takes from a tag in place of the tag.

use imagelock::policy::{Candidates, Direction, Rule};

use super::support::*;

#[test]
fn the_strategy_reads_the_value_and_the_tag_is_chosen() {
    let list = "main-abc-100 main-def-99 dev-abc-300 main-xyz latest";
    let policy = extracting(
        numerical(Direction::Ascending),
        r"^main-[a-z]+-(?P<n>\d+)$",
        "$n",
    );
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("main-abc-100"));
    assert_eq!(
        dropped(&policy, list, "dev-abc-300"),
        (
            Rule::Extract,
            r"does not match extract ^main-[a-z]+-(?P<n>\d+)$".into()
        )
    );
    for (policy, list, expected) in [
        (
            extracting(semver("^1"), "^release-([0-9.]+)$", "$1"),
            "release-1.2.0 release-1.10.0 release-2.0.0 1.11.0",
            "release-1.10.0",
        ),
        (
            extracting(
                calver("YYYY.0M.0D", ""),
                r"(\d{4})(\d\d)(\d\d)-",
                "$1.$2.$3",
            ),
            "b20240105-x b20231231-y",
            "b20240105-x",
        ),
        (
            extracting(alphabetical(Direction::Ascending), "-([a-z]+)$", "$1"),
            "9-a 1-b",
            "1-b",
        ),
        (
            extracting(numerical(Direction::Ascending), r"t(-?\d+)", "$1"),
            "t-5 t-10",
            "t-5",
        ),
    ] {
        assert_eq!(
            chosen(&policy, list, None).as_deref(),
            Some(expected),
            "{policy}"
        );
    }
}

#[test]
fn tags_with_one_value_are_ties() {
    let by_number = |pattern| extracting(numerical(Direction::Ascending), pattern, "$1");
    let list = "main-def-200 main-aaa-200 main-abc-100";
    // The shortest tag, then the first in byte order.
    assert_eq!(
        chosen(&by_number(r"-(\d+)$"), list, None).as_deref(),
        Some("main-aaa-200")
    );
    assert_eq!(
        chosen(&by_number(r"-(\d+)$"), "a-0200 zz-200 z-200", None).as_deref(),
        Some("z-200")
    );
    // Of versions, the rules for versions decide on the values.
    let by_version = extracting(semver("*"), "^[a-z]-(.*)$", "$1");
    assert_eq!(
        chosen(&by_version, "a-1.2 b-1.2.0 c-v1.2.0", None).as_deref(),
        Some("b-1.2.0")
    );
    assert_eq!(
        chosen(&by_version, "a-1.2 b-1.2.0 c-v1.2.0", Some("x-v1.1")).as_deref(),
        Some("c-v1.2.0")
    );
}

#[test]
fn values_that_the_strategy_cannot_read_are_told() {
    let policy = extracting(semver("^1"), "^x(.*)$", "$1");
    for (tag, reason) in [
        ("x", "extract takes nothing from it"),
        ("xlatest", "`latest` is not a version"),
        ("x2.0", "does not satisfy ^1"),
        ("x1.0-rc1", "prerelease `rc1`; the constraint names none"),
    ] {
        assert_eq!(dropped(&policy, tag, tag).1, reason);
    }
    let verdict = verdict(&policy, "x1.1 x1.2", "x1.1");
    assert_eq!(verdict.reason, "lower than x1.2");
}

#[test]
fn guards_read_the_value_too() {
    let policy = extracting(semver("*"), "^r(.*)$", "$1");
    let list = tags("r1.2.3 r1.2.4 r1.3.0 r20240101");
    let current = tag("r1.2.3");
    let candidates = Candidates::of(&list).current(Some(&current));
    assert_eq!(policy.choose(&candidates), Some(&tag("r1.3.0")));
    let patch = candidates.level(Some(imagelock::policy::Level::Patch));
    assert_eq!(policy.choose(&patch), Some(&tag("r1.2.4")));
}
