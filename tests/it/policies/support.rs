//! Policies, lists and questions in few words.

use std::collections::BTreeMap;

use imagelock::image::Tag;
use imagelock::policy::{
    Candidates, Direction, Extract, Outcome, PassedOver, Pattern, Policy, Rule, Strategy, Suffix,
    Verdict,
};
use imagelock::version::{CalverConstraint, Constraint, Scheme};
use jiff::Timestamp;

pub(crate) fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

/// Reads tags with blanks between them.
pub(crate) fn tags(text: &str) -> Vec<Tag> {
    text.split_whitespace().map(tag).collect()
}

pub(crate) fn semver(constraint: &str) -> Policy {
    Policy::semver(Constraint::parse(constraint).unwrap())
}

/// Makes a `calver` policy; without a constraint if its text is empty.
pub(crate) fn calver(scheme: &str, constraint: &str) -> Policy {
    let scheme = Scheme::parse(scheme).unwrap();
    let constraint = Some(constraint).filter(|text| !text.is_empty());
    Policy::of(Strategy::Calver {
        constraint: constraint.map(|text| CalverConstraint::parse(&scheme, text).unwrap()),
        scheme,
    })
}

pub(crate) fn numerical(order: Direction) -> Policy {
    Policy::of(Strategy::Numerical { order })
}

pub(crate) fn alphabetical(order: Direction) -> Policy {
    Policy::of(Strategy::Alphabetical { order })
}

pub(crate) fn newest_build() -> Policy {
    Policy::of(Strategy::NewestBuild)
}

pub(crate) fn suffixed(policy: Policy, suffix: &str) -> Policy {
    Policy {
        suffix: Some(Suffix::parse(suffix).unwrap()),
        ..policy
    }
}

pub(crate) fn extracting(policy: Policy, pattern: &str, value: &str) -> Policy {
    Policy {
        extract: Some(Extract::parse(pattern, value).unwrap()),
        ..policy
    }
}

pub(crate) fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts
        .iter()
        .map(|text| Pattern::parse(text).unwrap())
        .collect()
}

/// Returns the choice from a list, without what else may be known.
pub(crate) fn chosen(policy: &Policy, list: &str, current: Option<&str>) -> Option<String> {
    let current = current.map(tag);
    let list = tags(list);
    policy
        .choose(&Candidates::of(&list).current(current.as_ref()))
        .map(ToString::to_string)
}

/// Passes tags over for a reason that has nothing to do with the current tag.
pub(crate) fn passed_over(tags: Vec<Tag>) -> BTreeMap<Tag, PassedOver> {
    let young = |tag| {
        let reason = PassedOver {
            rule: Rule::Cooldown,
            reason: "too young".into(),
        };
        (tag, reason)
    };
    tags.into_iter().map(young).collect()
}

/// Reads `tag@seconds` with blanks between them.
pub(crate) fn dates(text: &str) -> BTreeMap<Tag, Timestamp> {
    let date = |item: &str| {
        let (name, second) = item.split_once('@').unwrap();
        let second = second.parse().unwrap();
        (tag(name), Timestamp::from_second(second).unwrap())
    };
    text.split_whitespace().map(date).collect()
}

pub(crate) fn verdict(policy: &Policy, list: &str, tag: &str) -> Verdict {
    let verdicts = policy.evaluate(&Candidates::of(&tags(list)));
    verdicts
        .into_iter()
        .find(|verdict| verdict.tag.as_str() == tag)
        .unwrap()
}

/// Returns the rule that dropped a tag, and its reason.
pub(crate) fn dropped(policy: &Policy, list: &str, tag: &str) -> (Rule, String) {
    let verdict = verdict(policy, list, tag);
    assert_eq!(verdict.outcome, Outcome::Dropped, "{tag}");
    (verdict.rule, verdict.reason)
}

/// Returns the tags of verdicts with the outcomes, as `tag outcome`.
pub(crate) fn outcomes(verdicts: &[Verdict]) -> Vec<String> {
    let outcome = |verdict: &Verdict| format!("{} {}", verdict.tag, verdict.outcome);
    verdicts.iter().map(outcome).collect()
}
