//! The strategy `alphabetical`.

use imagelock::policy::{Candidates, Direction};

use super::support::*;

#[test]
fn bytes_decide() {
    for (list, last, first) in [
        ("2021.12.9 2021.12.16 v1 latest", "v1", "2021.12.16"),
        ("a9 a10", "a9", "a10"),
        ("B a _", "a", "B"),
    ] {
        let (up, down) = (
            alphabetical(Direction::Ascending),
            alphabetical(Direction::Descending),
        );
        assert_eq!(chosen(&up, list, None).as_deref(), Some(last), "{list}");
        assert_eq!(chosen(&down, list, None).as_deref(), Some(first), "{list}");
    }
}

#[test]
fn reasons_follow_the_direction() {
    let reasons = |direction| -> Vec<_> {
        let verdicts = alphabetical(direction).evaluate(&Candidates::of(&tags("a b")));
        verdicts.into_iter().map(|verdict| verdict.reason).collect()
    };
    assert_eq!(
        reasons(Direction::Ascending),
        [
            "the last in byte order of 2 tags that fit",
            "in byte order before b"
        ]
    );
    assert_eq!(
        reasons(Direction::Descending),
        [
            "the first in byte order of 2 tags that fit",
            "in byte order after a"
        ]
    );
}

#[test]
fn artifacts_are_no_tags_here_either() {
    let list = format!("a sha256-{}.sig", "ab".repeat(32));
    let up = alphabetical(Direction::Ascending);
    assert_eq!(chosen(&up, &list, None).as_deref(), Some("a"));
}
