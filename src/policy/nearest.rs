use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use super::numbers::split_numbers;
use super::sort_key::SortKey;
use super::{Candidates, Outcome, Policy, Rule, Strategy, Suffix, Verdict};
use crate::image::{Tag, names_artifact};
use crate::version::{MOST_PARTS, natural};

/// How many of the nearest tags are told.
const NEAREST_COUNT: usize = 5;
/// How many of the suffixes are told.
const SUFFIX_COUNT: usize = 6;

/// Why no tag fits: what each rule dropped, and what comes nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMatch {
    /// How many distinct tags there are.
    pub total: usize,
    /// How many tags each rule dropped.
    pub dropped: BTreeMap<Rule, usize>,
    /// How many tags each rule holds back that the policy allows.
    pub held: BTreeMap<Rule, usize>,
    /// The current tag, if it is not among the tags.
    pub vanished: Option<Tag>,
    /// Up to five dropped tags, nearest first, with the reason for each.
    pub nearest: Vec<Verdict>,
    /// What stands after the numbers of versions, and how often, most frequent first; the empty
    /// text is a version without a suffix.
    pub suffixes: Vec<(String, usize)>,
    advice: Option<String>,
}

impl Policy {
    /// Collects what a reader needs to find out why no tag fits.
    ///
    /// Nearness goes by the numbers of the version against the constraint first, then by what
    /// follows the numbers against the suffix, then by how late the tag was dropped, then by the
    /// strategy's order. To a tag that is followed, those are near that are spelt alike.
    pub fn nearest(&self, candidates: &Candidates<'_>) -> NoMatch {
        let verdicts = self.evaluate(candidates);
        let count = |outcome| {
            let mut counts = BTreeMap::new();
            for verdict in verdicts.iter().filter(|verdict| verdict.outcome == outcome) {
                *counts.entry(verdict.rule).or_insert(0) += 1;
            }
            counts
        };
        let (dropped, held) = (count(Outcome::Dropped), count(Outcome::Held));
        let current = candidates.current;
        let vanished = current.filter(|current| !candidates.tags.contains(current));
        let total = verdicts.len();
        let suffixes = suffixes(&verdicts);
        let mut nearest: Vec<_> = verdicts
            .into_iter()
            .filter(|verdict| verdict.outcome == Outcome::Dropped && verdict.rule != Rule::Artifact)
            .collect();
        if let Strategy::Digest { tag: followed } = &self.strategy {
            nearest.sort_by_cached_key(|verdict| {
                strsim::levenshtein(verdict.tag.as_str(), followed.as_str())
            });
        } else {
            nearest.sort_by_cached_key(|verdict| self.distance(verdict));
        }
        nearest.truncate(NEAREST_COUNT);
        let advice = self.advice(&nearest);
        NoMatch {
            total,
            dropped,
            held,
            vanished: vanished.cloned(),
            nearest,
            suffixes,
            advice,
        }
    }

    fn distance(&self, verdict: &Verdict) -> TagDistance {
        let extracted = self
            .extract
            .as_ref()
            .and_then(|extract| extract.value_of(verdict.tag.as_str()));
        let text = extracted.as_deref().unwrap_or(verdict.tag.as_str());
        let (numbers, rest) = split_numbers(text).unwrap_or((text, ""));
        let key = self.key(numbers).or_else(|| self.key(text));
        let suffix = self.suffix.as_ref().map_or("", Suffix::as_str);
        let reads_values = !matches!(self.strategy, Strategy::NewestBuild);
        let by_text = match key {
            Some(SortKey::Number(_) | SortKey::Text(_)) => text.to_owned(),
            None if !reads_values => text.to_owned(),
            _ => String::new(),
        };
        TagDistance {
            is_no_value: reads_values && key.is_none(),
            from_constraint: key.map_or([0; MOST_PARTS], |key| self.distance_to_constraint(key)),
            from_suffix: strsim::levenshtein(rest, suffix),
            rule: Reverse(verdict.rule),
            parts: Reverse(key.and_then(SortKey::parts).unwrap_or_default()),
            text: Reverse(Natural(by_text)),
        }
    }

    fn distance_to_constraint(&self, key: SortKey<'_>) -> [u64; MOST_PARTS] {
        match (&self.strategy, key) {
            (Strategy::Semver { constraint }, SortKey::Version(version)) => {
                let [major, minor, patch] = constraint.distance(version);
                [major, minor, patch, 0, 0, 0]
            }
            (Strategy::Calver { constraint, .. }, SortKey::Calver(version)) => constraint
                .as_ref()
                .map_or([0; MOST_PARTS], |constraint| constraint.distance(version)),
            _ => [0; MOST_PARTS],
        }
    }
}

/// How far a dropped tag is from what the policy asks for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct TagDistance {
    is_no_value: bool,
    from_constraint: [u64; MOST_PARTS],
    from_suffix: usize,
    rule: Reverse<Rule>,
    parts: Reverse<[u64; MOST_PARTS]>,
    text: Reverse<Natural>,
}

/// A text in natural order; texts that differ only in leading zeros are equal.
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.0, &other.0)
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Natural {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Natural {}

impl NoMatch {
    /// Returns the summary as notes for a reader, one a line.
    pub fn notes(&self) -> Vec<String> {
        if self.total == 0 {
            return vec!["the repository has no tags".into()];
        }
        let noun = if self.total == 1 { "tag" } else { "tags" };
        let mut summary = vec![format!("{} {noun}", self.total)];
        for (what, counts) in [("dropped", &self.dropped), ("held", &self.held)] {
            let mut by_count: Vec<_> = counts.iter().collect();
            by_count.sort_by_key(|(_, count)| Reverse(**count));
            let rules: Vec<_> = by_count
                .iter()
                .map(|(rule, count)| format!("{count} by {rule}"))
                .collect();
            if !rules.is_empty() {
                summary.push(format!("{what}: {}", rules.join(", ")));
            }
        }
        let mut notes = vec![summary.join(", ")];
        if let Some(tag) = &self.vanished {
            notes.push(format!("the current tag {tag} is not among them"));
        }
        let nearest: Vec<_> = self
            .nearest
            .iter()
            .map(|verdict| format!("{} ({})", verdict.tag, verdict.reason))
            .collect();
        if !nearest.is_empty() {
            notes.push(format!("nearest: {}", nearest.join(", ")));
        }
        if self.suffixes.iter().any(|(suffix, _)| !suffix.is_empty()) {
            let named = |suffix: &str| {
                if suffix.is_empty() {
                    "none".to_owned()
                } else {
                    suffix.to_owned()
                }
            };
            let mut seen: Vec<_> = self
                .suffixes
                .iter()
                .take(SUFFIX_COUNT)
                .map(|(suffix, count)| format!("{} ({count})", named(suffix)))
                .collect();
            if self.suffixes.len() > SUFFIX_COUNT {
                seen.push(format!("{} others", self.suffixes.len() - SUFFIX_COUNT));
            }
            notes.push(format!("suffixes seen: {}", seen.join(", ")));
        }
        notes
    }

    /// Returns what to change in the policy, where the tags suggest it.
    pub fn help(&self) -> Option<String> {
        self.advice.clone()
    }
}

fn suffixes(verdicts: &[Verdict]) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::new();
    let tags: BTreeSet<_> = verdicts
        .iter()
        .map(|verdict| verdict.tag.as_str())
        .collect();
    for tag in tags.into_iter().filter(|tag| !names_artifact(tag)) {
        if let Some((_, suffix)) = split_numbers(tag) {
            *counts.entry(suffix).or_insert(0) += 1;
        }
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .map(|(suffix, count)| (suffix.to_owned(), count))
        .collect();
    // Stable, so that equal counts stay in byte order.
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Constraint;

    fn tags(texts: &[&str]) -> Vec<Tag> {
        texts.iter().map(|text| Tag::parse(text).unwrap()).collect()
    }

    fn policy(constraint: &str, suffix: Option<&str>) -> Policy {
        Policy {
            suffix: suffix.map(|text| Suffix::parse(text).unwrap()),
            ..Policy::semver(Constraint::parse(constraint).unwrap())
        }
    }

    fn names(fit: &NoMatch) -> Vec<&str> {
        fit.nearest
            .iter()
            .map(|verdict| verdict.tag.as_str())
            .collect()
    }

    #[test]
    fn a_misspelt_suffix_is_told() {
        let tags = tags(&[
            "1.27.5-alpine",
            "1.27.4-alpine",
            "1.27.5",
            "1.26.0-alpine",
            "1.27.5-alpine-slim",
            "latest",
        ]);
        let fit = policy("^1.27", Some("-alpin")).nearest(&Candidates::of(&tags));
        assert_eq!(
            fit.notes(),
            [
                "6 tags, dropped: 6 by suffix",
                "nearest: 1.27.5-alpine (does not end in -alpin), 1.27.4-alpine (does not end in -alpin), \
                 1.27.5 (does not end in -alpin), 1.27.5-alpine-slim (does not end in -alpin), \
                 1.26.0-alpine (does not end in -alpin)",
                "suffixes seen: -alpine (3), none (1), -alpine-slim (1)",
            ]
        );
        assert_eq!(
            fit.help().as_deref(),
            Some("did you mean suffix = \"-alpine\"?")
        );
    }

    #[test]
    fn a_missing_suffix_is_told() {
        let fit = policy("^7", None).nearest(&Candidates::of(&tags(&[
            "7.4.1-alpine",
            "7.2.0-alpine",
            "8.0.0",
        ])));
        assert_eq!(names(&fit), ["7.4.1-alpine", "7.2.0-alpine", "8.0.0"]);
        assert_eq!(
            fit.nearest[0].reason,
            "prerelease `alpine`; the constraint names none"
        );
        assert_eq!(
            fit.dropped,
            BTreeMap::from([(Rule::Prerelease, 2), (Rule::Constraint, 1)])
        );
        assert!(fit.help().unwrap().contains("suffix = \"-alpine\""));

        let fit = policy("^7", None).nearest(&Candidates::of(&tags(&["7.0.0-rc.1"])));
        assert!(fit.help().unwrap().contains("prerelease = true"));
    }

    #[test]
    fn the_versions_below_the_constraint_come_highest_first() {
        let tags = tags(&[
            "1.27.5",
            "1.27.4",
            "1.27.3-alpine",
            "1.9.0",
            "2.0.0",
            "1.26.9",
            "0.9.0",
            "stable",
        ]);
        let fit = policy("^1.28", None).nearest(&Candidates::of(&tags));
        assert_eq!(
            names(&fit),
            ["1.27.5", "1.27.4", "1.27.3-alpine", "1.26.9", "1.9.0"]
        );
        assert_eq!(fit.help(), None);
    }

    #[test]
    fn lists_without_versions_have_a_summary_too() {
        let fit = policy("*", None).nearest(&Candidates::of(&[]));
        assert_eq!(fit.notes(), ["the repository has no tags"]);
        let artifact = format!("sha256-{}", "0".repeat(64));
        let fit =
            policy("*", None).nearest(&Candidates::of(&tags(&["latest", "stable", &artifact])));
        assert_eq!(
            fit.notes(),
            [
                "3 tags, dropped: 2 by version, 1 by artifact",
                "nearest: latest (not a version), stable (not a version)",
            ]
        );
    }

    #[test]
    fn a_followed_tag_is_compared_by_its_name() {
        let fit = Policy::digest(Tag::parse("12-slm").unwrap())
            .nearest(&Candidates::of(&tags(&["11", "12", "12-slim", "12-slim"])));
        assert_eq!(names(&fit), ["12-slim", "12", "11"]);
        assert_eq!(fit.total, 3);
        assert_eq!(fit.help(), None);
    }

    #[test]
    fn only_the_common_suffixes_are_named() {
        let texts: Vec<_> = (0..9)
            .map(|number| format!("1.0.0-{}", char::from(b'a' + number)))
            .collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let notes = policy("^2", None)
            .nearest(&Candidates::of(&tags(&texts)))
            .notes();
        assert_eq!(
            notes[2],
            "suffixes seen: -a (1), -b (1), -c (1), -d (1), -e (1), -f (1), 3 others"
        );
    }
}
