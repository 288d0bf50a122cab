//! Tags that are passed over for what is known of them beyond their names.

use imagelock::policy::{Candidates, Direction, Policy, Rule};

use super::support::*;

fn shown(policy: &Policy, list: &str, held: &str) -> Vec<String> {
    let (list, held) = (tags(list), passed_over(tags(held)));
    outcomes(&policy.evaluate(&Candidates::of(&list).passed_over(&held)))
}

#[test]
fn the_chosen_tag_comes_first_and_held_ones_stand_in_the_order() {
    assert_eq!(
        shown(&semver("^1"), "1.0 1.1 1.2 1.3 2.0 latest", "1.3 1.1 9.9"),
        [
            "1.2 chosen",
            "1.3 held",
            "1.1 held",
            "1.0 allowed",
            "2.0 dropped",
            "latest dropped"
        ]
    );
    assert_eq!(
        shown(&numerical(Direction::Descending), "1 2 3", "1"),
        ["2 chosen", "1 held", "3 allowed"]
    );
    assert_eq!(
        shown(&semver("^1"), "1.0 1.1", "1.0 1.1"),
        ["1.1 held", "1.0 held"]
    );
    assert_eq!(
        shown(&Policy::digest(tag("a")), "a b", "a"),
        ["a held", "b dropped"]
    );
}

#[test]
fn the_reason_is_the_one_that_was_given() {
    let (list, held) = (tags("1.0 1.1"), passed_over(tags("1.1")));
    let verdicts = semver("*").evaluate(&Candidates::of(&list).passed_over(&held));
    assert_eq!(verdicts[0].reason, "the only tag that fits");
    assert_eq!(
        (verdicts[1].rule, verdicts[1].reason.as_str()),
        (Rule::Cooldown, "too young")
    );
    // A tag that the policy drops is dropped, whatever else is known.
    let verdicts = semver("^2").evaluate(&Candidates::of(&list).passed_over(&held));
    assert_eq!(outcomes(&verdicts), ["1.0 dropped", "1.1 dropped"]);
}

#[test]
fn held_tags_are_counted_where_nothing_fits() {
    let (list, held) = (tags("1.0 1.1 2.0"), passed_over(tags("1.1 1.0")));
    let fit = semver("^1").nearest(&Candidates::of(&list).passed_over(&held));
    assert_eq!(
        fit.notes(),
        [
            "3 tags, dropped: 1 by constraint, held: 2 by cooldown",
            "nearest: 2.0 (does not satisfy ^1)"
        ]
    );
}
