//! The strategy `numerical`.

use imagelock::policy::{Candidates, Direction, Rule};

use super::support::*;

#[test]
fn numbers_of_any_length_are_exact() {
    for (list, highest, lowest) in [
        ("9 10 8", "10", "8"),
        ("1.10 1.9", "1.9", "1.10"),
        (
            "18446744073709551616 18446744073709551615",
            "18446744073709551616",
            "18446744073709551615",
        ),
        (
            "0.1000000000000000000001 0.1",
            "0.1000000000000000000001",
            "0.1",
        ),
        ("007 7", "7", "7"),
        ("7.0 7 07", "7", "7"),
        ("20240101 9", "20240101", "9"),
    ] {
        let (up, down) = (
            numerical(Direction::Ascending),
            numerical(Direction::Descending),
        );
        assert_eq!(chosen(&up, list, None).as_deref(), Some(highest), "{list}");
        assert_eq!(chosen(&down, list, None).as_deref(), Some(lowest), "{list}");
    }
}

#[test]
fn what_is_no_number_is_dropped_and_does_not_fail_the_rest() {
    let policy = numerical(Direction::Ascending);
    let list = "9 latest 1e3 inf 0x10 1.2.3 v10";
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("9"));
    for tag in ["latest", "1e3", "inf", "0x10", "1.2.3", "v10"] {
        assert_eq!(
            dropped(&policy, list, tag),
            (Rule::Version, "not a decimal number".into())
        );
    }
}

#[test]
fn reasons_follow_the_direction() {
    let reasons = |direction| -> Vec<_> {
        let verdicts = numerical(direction).evaluate(&Candidates::of(&tags("7 007 8")));
        verdicts.into_iter().map(|verdict| verdict.reason).collect()
    };
    assert_eq!(
        reasons(Direction::Ascending),
        [
            "the highest of 3 tags that fit",
            "lower than 8",
            "lower than 8"
        ]
    );
    assert_eq!(
        reasons(Direction::Descending),
        [
            "the lowest of 3 tags that fit",
            "equal to 7, which is shorter",
            "higher than 7"
        ]
    );
}
