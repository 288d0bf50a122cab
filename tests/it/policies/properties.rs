//! What holds for every policy, list and current tag.

use std::collections::{BTreeMap, BTreeSet};

use imagelock::image::Tag;
use imagelock::policy::{
    Candidates, Direction, Level, Outcome, PassedOver, Policy, Prerelease, Rule, Strategy as Order,
    Suffix,
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::support::*;

/// All that a question has besides its list.
#[derive(Clone, Debug)]
struct Known {
    current: Option<Tag>,
    held: BTreeMap<Tag, PassedOver>,
    dates: BTreeMap<Tag, Timestamp>,
    level: Option<Level>,
    allow_downgrade: bool,
}

impl Known {
    fn candidates<'q>(&'q self, tags: &'q [Tag]) -> Candidates<'q> {
        Candidates::of(tags)
            .current(self.current.as_ref())
            .passed_over(&self.held)
            .dates(&self.dates)
            .level(self.level)
            .allow_downgrade(self.allow_downgrade)
    }
}

fn any_tag() -> impl Strategy<Value = Tag> {
    let text = prop_oneof![
        4 => "v?0?[0-3](\\.0?[0-2]){0,2}(-rc\\.[0-2]|-alpine)?(-alpine)?",
        1 => "[0-1]\\.[0-1]-r0?[1-3]{1,2}",
        1 => "[1-2]\\.[0-1](\\.[0-1]){1,3}(_[1-2])?",
        1 => "[1-3](\\.[0-1])?(rc|b)[1-2]",
        1 => "[1-2](\\.[0-1](\\.[0-1])?)?(-alpine|-rc\\.1)?-(amd64|linux-arm64)",
        1 => "(20(19|2[0-4])|12345[0-2]|202[0-1]0101|5000)(\\.[0-2])?(-alpine)?",
        1 => "main-[ab]-0?[0-2](\\.5)?",
        1 => Just("latest".to_owned()),
        1 => Just("sha256-ab.sig".to_owned()),
    ];
    text.prop_map(|text| tag(&text))
}

fn any_strategy() -> impl Strategy<Value = Policy> {
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
    let scheme = prop::sample::select(vec![
        "YYYY.MM",
        "YYYY.MICRO-MODIFIER",
        "YY.MINOR.MICRO",
        "YYYY0M0D",
    ]);
    let years = prop::sample::select(vec!["", "*"]);
    let direction = prop::sample::select(vec![Direction::Ascending, Direction::Descending]);
    prop_oneof![
        4 => constraint.prop_map(semver),
        1 => (scheme, years).prop_map(|(scheme, constraint)| calver(scheme, constraint)),
        1 => direction.clone().prop_map(numerical),
        1 => direction.prop_map(alphabetical),
        1 => Just(newest_build()),
        1 => any_tag().prop_map(Policy::digest),
    ]
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let suffix = prop::option::of(prop::sample::select(vec![
        "-alpine", "-r*", "-r[0-9]+", "-*", "-**", "-amd64",
    ]));
    let extract = prop::sample::select(vec![
        None,
        None,
        None,
        Some(("^main-[ab]-(.*)$", "$1")),
        Some(("^v?([0-9]+)", "$1.0")),
        Some(("([0-9])[.]?([0-9]?)", "$2$1")),
    ]);
    let lists = prop::sample::select(vec![
        vec![],
        vec!["*-rc*"],
        vec!["regexp:^v"],
        vec!["1*", "2*"],
    ]);
    let prerelease = prop::option::of(prop::sample::select(vec![
        Prerelease::Never,
        Prerelease::Always,
        Prerelease::Only(vec!["rc".into()]),
    ]));
    (
        any_strategy(),
        suffix,
        extract,
        lists.clone(),
        lists,
        prerelease,
    )
        .prop_map(|(policy, suffix, extract, allow, ignore, prerelease)| {
            let policy = match extract {
                Some((pattern, value)) => extracting(policy, pattern, value),
                None => policy,
            };
            Policy {
                suffix: suffix.map(|text| Suffix::parse(text).unwrap()),
                allow_tags: patterns(&allow),
                ignore_tags: patterns(&ignore),
                prerelease,
                ..policy
            }
        })
}

fn any_list() -> impl Strategy<Value = Vec<Tag>> {
    prop::collection::vec(any_tag(), 0..14)
}

fn any_known() -> impl Strategy<Value = Known> {
    let date = (any_tag(), 0..4_i64);
    let dates = prop::collection::vec(date, 0..30).prop_map(|dates| {
        let date = |(tag, second)| (tag, Timestamp::from_second(second).unwrap());
        dates.into_iter().map(date).collect()
    });
    let level = prop::option::of(prop::sample::select(vec![
        Level::Patch,
        Level::Minor,
        Level::Major,
    ]));
    let held = prop::collection::vec(any_tag(), 0..4).prop_map(passed_over);
    (
        prop::option::of(any_tag()),
        held,
        dates,
        level,
        any::<bool>(),
    )
        .prop_map(|(current, held, dates, level, allow_downgrade)| Known {
            current,
            held,
            dates,
            level,
            allow_downgrade,
        })
}

/// Gives the tags of a list dates as well, so that `newest-build` has something to choose from.
fn dated(mut known: Known, list: &[Tag]) -> Known {
    for (tag, second) in list.iter().zip((0..4).cycle()) {
        known
            .dates
            .entry(tag.clone())
            .or_insert_with(|| Timestamp::from_second(second).unwrap());
    }
    known
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn order_and_repetition_of_the_list_play_no_part(
        policy in any_policy(),
        (list, shuffled) in any_list().prop_flat_map(|list| {
            let repeated: Vec<_> = list.iter().cloned().chain(list.iter().take(3).cloned()).collect();
            (Just(list), Just(repeated).prop_shuffle())
        }),
        known in any_known(),
    ) {
        let (one, other) = (known.candidates(&list), known.candidates(&shuffled));
        let chosen = policy.choose(&one);
        prop_assert_eq!(chosen, policy.choose(&other));
        prop_assert_eq!(policy.evaluate(&one), policy.evaluate(&other));
        prop_assert_eq!(policy.nearest(&one), policy.nearest(&other));
        prop_assert_eq!(policy.versions(&one), policy.versions(&other));
        prop_assert_eq!(policy.lint(&one, chosen), policy.lint(&other, chosen));
        prop_assert_eq!(policy.dated_candidates(&list), policy.dated_candidates(&shuffled));
    }

    #[test]
    fn the_first_verdict_that_is_not_held_is_the_choice(
        policy in any_policy(),
        list in any_list(),
        known in any_known(),
    ) {
        let known = dated(known, &list);
        let chosen = policy.choose(&known.candidates(&list));
        let verdicts = policy.evaluate(&known.candidates(&list));
        prop_assert_eq!(verdicts.len(), list.iter().collect::<BTreeSet<_>>().len());

        let first = verdicts.iter().find(|verdict| verdict.outcome != Outcome::Held);
        let first = first.filter(|verdict| verdict.outcome == Outcome::Chosen);
        prop_assert_eq!(chosen, first.map(|verdict| &verdict.tag));
        let place = verdicts.iter().position(|verdict| verdict.outcome == Outcome::Chosen);
        prop_assert!(place.is_none_or(|place| place == 0));
        let is_dropped = |outcome| outcome == Outcome::Dropped;
        prop_assert!(verdicts.is_sorted_by_key(|verdict| is_dropped(verdict.outcome)));
        let dropped: Vec<_> = verdicts.iter().filter(|verdict| is_dropped(verdict.outcome)).collect();
        prop_assert!(dropped.is_sorted_by_key(|verdict| &verdict.tag));
        prop_assert!(verdicts.iter().all(|verdict| !verdict.reason.is_empty()));
    }

    #[test]
    fn holding_each_choice_back_walks_down_the_verdicts(
        policy in any_policy(),
        list in any_list(),
        known in any_known(),
    ) {
        let mut known = Known { held: BTreeMap::new(), ..dated(known, &list) };
        let verdicts = policy.evaluate(&known.candidates(&list));
        let mut walked = Vec::new();
        while let Some(tag) = policy.choose(&known.candidates(&list)).cloned() {
            prop_assert!(walked.len() < list.len(), "a held tag was chosen");
            known.held.extend(passed_over(vec![tag.clone()]));
            walked.push(tag);
        }
        let fitting = verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Dropped);
        let fitting: Vec<_> = fitting.map(|verdict| verdict.tag.clone()).collect();
        prop_assert_eq!(walked, fitting);
    }

    #[test]
    fn a_chosen_tag_satisfies_the_policy(
        policy in any_policy(),
        list in any_list(),
        known in any_known(),
    ) {
        let known = dated(known, &list);
        let Some(tag) = policy.choose(&known.candidates(&list)) else { return Ok(()) };
        prop_assert!(policy.allows(tag));
        prop_assert!(!known.held.contains_key(tag));
        let filters = !matches!(policy.strategy, Order::Digest { .. });
        let text = tag.as_str();
        prop_assert!(!(filters && text.starts_with("sha256-")));
        let is_allowed = policy.allow_tags.iter().any(|pattern| pattern.matches(text));
        prop_assert!(is_allowed || policy.allow_tags.is_empty() || !filters);
        prop_assert!(!(filters && policy.ignore_tags.iter().any(|pattern| pattern.matches(text))));
    }

    /// Choosing twice moves nothing: what was chosen is chosen again.
    #[test]
    fn the_chosen_tag_is_a_fixed_point_but_for_its_spelling(
        policy in any_policy(),
        list in any_list(),
        known in any_known(),
    ) {
        let known = Known { level: None, ..dated(known, &list) };
        let Some(first) = policy.choose(&known.candidates(&list)).cloned() else { return Ok(()) };
        let next = |current: &Tag| {
            let known = Known { current: Some(current.clone()), ..known.clone() };
            policy.choose(&known.candidates(&list)).cloned()
        };
        let second = next(&first);
        prop_assert!(second.is_some());
        prop_assert_eq!(next(&second.clone().unwrap()), second);
    }

    #[test]
    fn the_versions_begin_with_the_choice(
        policy in any_policy(),
        list in any_list(),
        known in any_known(),
    ) {
        let versions = policy.versions(&known.candidates(&list));
        let keys: BTreeSet<_> = versions.iter().map(|(key, _)| key).collect();
        prop_assert_eq!(keys.len(), versions.len(), "one tag a version");
        if !matches!(policy.strategy, Order::Digest { .. } | Order::NewestBuild) {
            let first = versions.first().map(|(_, tag)| *tag);
            prop_assert_eq!(policy.choose(&known.candidates(&list)), first);
        }
    }

    /// A tag that is dropped from the longer list, by whatever rule, plays no part in the choice, unless by
    /// the rules that look at the tags beside: a prerelease that a short tag stands for, the image that one
    /// of a single architecture belongs to, and what tells a line from a lone number.
    #[test]
    fn adding_a_dropped_tag_changes_nothing_but_what_it_says_of_the_others(
        policy in any_policy(),
        list in any_list(),
        extra in any_tag(),
        known in any_known(),
    ) {
        let mut longer = list.clone();
        longer.push(extra.clone());
        let dropped_by = |list: &[Tag], tag: &Tag| {
            let verdicts = policy.evaluate(&known.candidates(list));
            let verdict = verdicts.into_iter().find(|verdict| verdict.tag == *tag);
            verdict.filter(|verdict| verdict.outcome == Outcome::Dropped).map(|verdict| verdict.rule)
        };
        prop_assume!(dropped_by(&longer, &extra).is_some());
        let (before, after) = (
            policy.choose(&known.candidates(&list)),
            policy.choose(&known.candidates(&longer)),
        );
        if before != after {
            let speaks_of_others = |rule| matches!(rule, Some(Rule::Architecture | Rule::Prerelease | Rule::DateGuard));
            let is_explained = list.iter().any(|tag| {
                let (one, other) = (dropped_by(&list, tag), dropped_by(&longer, tag));
                one != other && (speaks_of_others(one) || speaks_of_others(other))
            });
            let bound = known.current.is_some();
            prop_assert!(is_explained || bound, "{:?} {:?}", before, after);
        }
    }
}
