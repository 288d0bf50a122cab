//! What policies choose, on tables and on random lists.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use imagelock::image::Tag;
use imagelock::policy::{
    Outcome, PassedOver, Pattern, Policy, Prerelease, Question, Rule, Suffix, Verdict,
};
use imagelock::version::{Constraint, Prereleases, Version};
use proptest::prelude::*;

fn tags(text: &str) -> Vec<Tag> {
    text.split_whitespace()
        .map(|tag| Tag::parse(tag).unwrap())
        .collect()
}

fn semver(constraint: &str) -> Policy {
    Policy::semver(Constraint::parse(constraint).unwrap())
}

fn with_suffix(constraint: &str, suffix: &str) -> Policy {
    Policy {
        suffix: Some(Suffix::parse(suffix).unwrap()),
        ..semver(constraint)
    }
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts
        .iter()
        .map(|text| Pattern::parse(text).unwrap())
        .collect()
}

fn chosen(policy: &Policy, list: &str, current: Option<&str>) -> Option<String> {
    let current = current.map(|tag| Tag::parse(tag).unwrap());
    let list = tags(list);
    policy
        .choose(&Question::of(&list).current(current.as_ref()))
        .map(ToString::to_string)
}

fn passed_over(tags: Vec<Tag>) -> BTreeMap<Tag, PassedOver> {
    let lacking = |tag| {
        let reason = PassedOver {
            rule: Rule::Platforms,
            reason: "lacks a platform".into(),
        };
        (tag, reason)
    };
    tags.into_iter().map(lacking).collect()
}

fn ask<'q>(
    tags: &'q [Tag],
    current: Option<&'q Tag>,
    unfit: &'q BTreeMap<Tag, PassedOver>,
) -> Question<'q> {
    Question::of(tags).current(current).passed_over(unfit)
}

fn verdict(policy: &Policy, list: &str, tag: &str) -> Verdict {
    let verdicts = policy.evaluate(&Question::of(&tags(list)));
    verdicts
        .into_iter()
        .find(|verdict| verdict.tag.as_str() == tag)
        .unwrap()
}

const LIST: &str = "0.1.0 0.2.3 1 1.0.0 1.0 v1.0.0 1.0.1 1.1.0 1.1.1-alpine 1.1.1 1.2.0-rc.1 1.2.0 1.2.3 \
    1.2.3-alpine3.20 1.9.9 2.0.0-beta.1 2.0.0 2.1.0 3.0.0 20230101 20230101-abc latest 1.2.3.4 V1.5.0 1.02.3 1.2.3_1";

/// Constraints, what Argo CD Image Updater chooses with Masterminds 3.4, and what is chosen here where it differs.
const CHOICES: &[(&str, &str, Option<&str>)] = &[
    ("* | x | *-0 | >=0-0 | ~0.0.0", "20230101", Some("3.0.0")),
    ("1 | 1.x | v1.x | ^1 | ~1 | <2 | <=1", "1.9.9", None),
    (
        "1.2 | =1.2 | 1.2.x | ~1.2 | ~1.2.0 | <=1.2",
        "1.2.3",
        Some("1.02.3"),
    ),
    ("1.2.3 | v1.2.3", "1.2.3", Some("1.02.3")),
    ("!=1 | !=1.2 | >1 | >1.2 | >=1.2", "20230101", Some("3.0.0")),
    ("<1.2", "1.1.1", None),
    ("^1.2 | ^1.2.0-0", "1.9.9", None),
    ("~1.2.0-0 | ~1.2-0", "1.2.3", Some("1.02.3")),
    ("<2.0.0-0", "1.9.9", None),
    ("<2.0.0-z", "2.0.0-beta.1", None),
    ("^0 | ~0", "0.2.3", None),
    ("^0.1", "0.1.0", None),
    ("^0.0 | ^0.0.3", "", None),
    ("1 - 2", "2.1.0", None),
    ("1.0 - 1.2", "1.2.3", Some("1.02.3")),
    (">=1.0 <2 | >=1.0,<2 | >=1.0, <2", "1.9.9", None),
    ("^1 || ^2", "2.1.0", None),
    ("2.x-0", "2.1.0", None),
    ("1.2.3-alpine3.20", "1.2.3-alpine3.20", None),
    ("^1-alpine", "1.9.9", None),
    ("^1.2.3-0 !=1.2.3-alpine3.20", "1.9.9", None),
];

#[test]
fn choices_are_those_of_image_updater_but_for_dates_and_ties() {
    for (constraints, theirs, ours) in CHOICES {
        for constraint in constraints.split(" | ") {
            let choice = chosen(&semver(constraint), LIST, None).unwrap_or_default();
            assert_eq!(choice, ours.unwrap_or(theirs), "{constraint}");
        }
    }
}

/// The engine below the rules: the highest by precedence, the last in byte order among equals.
#[test]
fn without_our_guard_and_tie_rule_the_engine_agrees_everywhere() {
    for (constraints, theirs, _) in CHOICES {
        for constraint in constraints.split(" | ") {
            let parsed = Constraint::parse(constraint).unwrap();
            let mut list: Vec<_> = LIST.split_whitespace().filter_map(Version::parse).collect();
            list.retain(|version| parsed.matches(version, Prereleases::ByConstraint));
            list.sort_by(|left, right| {
                left.precedence(right)
                    .then_with(|| left.as_str().cmp(right.as_str()))
            });
            assert_eq!(
                list.last().map_or("", Version::as_str),
                *theirs,
                "{constraint}"
            );
        }
    }
}

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
fn a_suffix_keeps_to_its_variant() {
    let list = "7.4.1 7.4.1-alpine 7.4.2-bookworm 7.4.0-alpine 7.4-alpine 7-alpine 7.5.0-rc1-alpine alpine";
    assert_eq!(
        chosen(&with_suffix("7.x", "-alpine"), list, None).as_deref(),
        Some("7.4.1-alpine")
    );
    assert_eq!(
        chosen(&with_suffix("7.x-0", "-alpine"), list, None).as_deref(),
        Some("7.5.0-rc1-alpine")
    );
    assert_eq!(
        verdict(&with_suffix("7.x", "-alpine"), list, "7.4.1").reason,
        "does not end in -alpine"
    );
    assert_eq!(
        verdict(&with_suffix("7.x", "alpine"), list, "alpine").reason,
        "nothing is left without the suffix"
    );
    assert_eq!(
        verdict(&with_suffix("7.x", "alpine"), list, "7-alpine").reason,
        "`7-` is not a version"
    );
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
    let policy = with_suffix("^1", "-alpine");
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

#[test]
fn filters_say_what_they_dropped() {
    let list = "1.0 1.1-rc1 1.2 nightly v1.0 av1 v10";
    let mut policy = semver("*");
    policy.allow_tags = patterns(&["regexp:^v1"]);
    assert_eq!(chosen(&policy, list, None).as_deref(), Some("v10"));
    assert_eq!(
        verdict(&policy, list, "1.0").reason,
        "does not match allow-tags regexp:^v1"
    );
    policy.allow_tags = patterns(&["regexp:^v1", "1.*"]);
    policy.ignore_tags = patterns(&["*-rc*", "v10"]);
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

#[test]
fn digest_follows_one_tag_and_nothing_else() {
    let policy = Policy::digest(Tag::parse("12-slim").unwrap());
    assert_eq!(
        chosen(&policy, "12 12-slim 13-slim", None).as_deref(),
        Some("12-slim")
    );
    assert_eq!(chosen(&policy, "12 13-slim", None), None);
    let list = tags("12-slim");
    assert_eq!(
        policy.choose(&Question::of(&list).passed_over(&passed_over(list.clone()))),
        None
    );
    let verdicts = policy.evaluate(&Question::of(&tags("13 12-slim 11 12-slim")));
    let summary: Vec<_> = verdicts
        .iter()
        .map(|verdict| (verdict.tag.as_str(), verdict.outcome, verdict.rule))
        .collect();
    assert_eq!(
        summary,
        [
            ("12-slim", Outcome::Chosen, Rule::Tag),
            ("11", Outcome::Dropped, Rule::Tag),
            ("13", Outcome::Dropped, Rule::Tag),
        ]
    );
}

#[test]
fn verdicts_are_json_for_programs() {
    let verdict = verdict(&semver("^1"), "2.0", "2.0");
    let json = serde_json::to_value(verdict).unwrap();
    let expected = serde_json::json!({
        "tag": "2.0", "outcome": "dropped", "rule": "constraint", "reason": "does not satisfy ^1"
    });
    assert_eq!(json, expected);
}

fn any_tag() -> impl Strategy<Value = Tag> {
    prop_oneof![
        4 => "v?0?[0-3](\\.0?[0-2]){0,2}(-rc\\.[0-2]|-alpine)?(-alpine)?",
        1 => "(20(19|2[0-4])|12345[0-2]|202[0-1]0101|5000)(\\.[0-2])?(-alpine)?",
        1 => Just("latest".to_owned()),
        1 => Just("sha256-ab.sig".to_owned()),
    ]
    .prop_map(|text| Tag::parse(&text).unwrap())
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let constraint = prop::sample::select(vec![
        "*",
        "^1",
        "^1-0",
        ">=1 <3",
        "<2 || 2.1",
        "!=1.1",
        "2020 - 2023",
        ">=2",
        "*-0",
        "^0.1 || ^2-0",
        "~1.1",
    ]);
    let suffix = prop::option::of(Just("-alpine"))
        .prop_map(|text| text.map(|text| Suffix::parse(text).unwrap()));
    let lists = prop::sample::select(vec![
        vec![],
        vec!["*-rc*"],
        vec!["regexp:^v"],
        vec!["1*", "2*"],
    ]);
    (
        constraint,
        suffix,
        lists.clone(),
        lists,
        prop::option::of(prop::sample::select(vec![
            Prerelease::Never,
            Prerelease::Always,
            Prerelease::Only(vec!["rc".into()]),
        ])),
    )
        .prop_map(|(constraint, suffix, allow, ignore, prerelease)| Policy {
            suffix,
            allow_tags: patterns(&allow),
            ignore_tags: patterns(&ignore),
            prerelease,
            ..semver(constraint)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn order_and_repetition_of_the_list_play_no_part(
        policy in any_policy(),
        (list, shuffled) in prop::collection::vec(any_tag(), 0..14).prop_flat_map(|list| {
            let repeated: Vec<_> = list.iter().cloned().chain(list.iter().take(3).cloned()).collect();
            (Just(list), Just(repeated).prop_shuffle())
        }),
        current in prop::option::of(any_tag()),
        unfit in prop::collection::vec(any_tag(), 0..4).prop_map(passed_over),
    ) {
        let current = current.as_ref();
        prop_assert_eq!(policy.choose(&ask(&list, current, &unfit)), policy.choose(&ask(&shuffled, current, &unfit)));
        prop_assert_eq!(policy.evaluate(&Question::of(&list).current(current)), policy.evaluate(&Question::of(&shuffled).current(current)));
        prop_assert_eq!(policy.nearest(&Question::of(&list)), policy.nearest(&Question::of(&shuffled)));
    }

    #[test]
    fn the_first_verdict_is_the_choice_and_the_rest_is_in_order(
        policy in any_policy(),
        list in prop::collection::vec(any_tag(), 0..14),
        current in prop::option::of(any_tag()),
    ) {
        let chosen = policy.choose(&Question::of(&list).current(current.as_ref()));
        let verdicts = policy.evaluate(&Question::of(&list).current(current.as_ref()));
        let first = verdicts.first().filter(|verdict| verdict.outcome == Outcome::Chosen);
        prop_assert_eq!(chosen, first.map(|verdict| &verdict.tag));
        prop_assert!(verdicts.is_sorted_by_key(|verdict| verdict.outcome));
        prop_assert_eq!(verdicts.len(), list.iter().collect::<BTreeSet<_>>().len());
        let dropped: Vec<_> = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Dropped).collect();
        prop_assert!(dropped.is_sorted_by_key(|verdict| &verdict.tag));
        // Making each allowed tag unfit in turn walks down the list.
        let mut unfit = BTreeMap::new();
        for verdict in verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Dropped) {
            prop_assert_eq!(policy.choose(&ask(&list, current.as_ref(), &unfit)), Some(&verdict.tag));
            unfit.extend(passed_over(vec![verdict.tag.clone()]));
        }
        prop_assert_eq!(policy.choose(&ask(&list, current.as_ref(), &unfit)), None);
    }

    #[test]
    fn a_chosen_tag_satisfies_the_policy(policy in any_policy(), list in prop::collection::vec(any_tag(), 0..14)) {
        let Some(tag) = policy.choose(&Question::of(&list)) else { return Ok(()) };
        prop_assert!(policy.allows(tag));
    }

    /// A tag that is dropped from the longer list, by whatever rule, plays no part in the choice.
    /// (A tag that is allowed may: a first version below 1000 turns dates away.)
    #[test]
    fn adding_a_dropped_tag_changes_nothing(
        policy in any_policy(),
        list in prop::collection::vec(any_tag(), 0..14),
        extra in any_tag(),
        current in prop::option::of(any_tag()),
    ) {
        let mut longer = list.clone();
        longer.push(extra.clone());
        let verdicts = policy.evaluate(&Question::of(&longer).current(current.as_ref()));
        let verdict = verdicts.iter().find(|verdict| verdict.tag == extra).unwrap();
        prop_assume!(verdict.outcome == Outcome::Dropped);
        let unfit = BTreeMap::new();
        prop_assert_eq!(
            policy.choose(&ask(&longer, current.as_ref(), &unfit)),
            policy.choose(&ask(&list, current.as_ref(), &unfit))
        );
    }
}
