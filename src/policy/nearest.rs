use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, Policy, Question, Rule, Strategy, Verdict, artifact};
use crate::version::{Constraint, VersionRef};

/// How many of the nearest tags are told.
const NEAREST_COUNT: usize = 5;
/// How many of the suffixes are told.
const SUFFIX_COUNT: usize = 6;

/// Why no tag fits: what each rule dropped, and what comes nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFit {
    /// How many distinct tags there are.
    pub total: usize,
    /// How many tags each rule dropped.
    pub dropped: BTreeMap<Rule, usize>,
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
    /// follows the numbers against the suffix, then by how late the tag was dropped.
    pub fn nearest(&self, question: &Question<'_>) -> NoFit {
        let verdicts = self.evaluate(question);
        let mut dropped = BTreeMap::new();
        for verdict in verdicts
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Dropped)
        {
            *dropped.entry(verdict.rule).or_insert(0) += 1;
        }
        let total = verdicts.len();
        let suffixes = suffixes(&verdicts);
        let mut nearest: Vec<_> = verdicts
            .into_iter()
            .filter(|verdict| verdict.outcome == Outcome::Dropped && verdict.rule != Rule::Artifact)
            .collect();
        match &self.strategy {
            Strategy::Semver { constraint } => {
                nearest.sort_by_cached_key(|verdict| self.version_distance(constraint, verdict));
            }
            Strategy::Digest { tag: followed } => {
                nearest.sort_by_cached_key(|verdict| {
                    strsim::levenshtein(verdict.tag.as_str(), followed.as_str())
                });
            }
        }
        nearest.truncate(NEAREST_COUNT);
        let advice = nearest.first().and_then(|verdict| self.advice(verdict));
        NoFit {
            total,
            dropped,
            nearest,
            suffixes,
            advice,
        }
    }

    fn version_distance(&self, constraint: &Constraint, verdict: &Verdict) -> impl Ord + use<> {
        let text = verdict.tag.as_str();
        let parsed =
            split(text).and_then(|(numbers, rest)| Some((VersionRef::parse(numbers)?, rest)));
        let suffix = self.suffix.as_deref().unwrap_or_default();
        match parsed {
            Some((version, rest)) => (
                false,
                constraint.distance(version),
                strsim::levenshtein(rest, suffix),
                Reverse((verdict.rule, version.parts())),
            ),
            None => (true, [0; 3], 0, Reverse((verdict.rule, [0; 3]))),
        }
    }

    /// Says what to change, if the nearest tag suggests it.
    fn advice(&self, nearest: &Verdict) -> Option<String> {
        let (_, found) = split(nearest.tag.as_str()).filter(|(_, suffix)| !suffix.is_empty())?;
        match (nearest.rule, &self.suffix) {
            (Rule::Suffix, Some(wanted)) if strsim::levenshtein(found, wanted) <= 2 => {
                Some(format!("did you mean suffix = \"{found}\"?"))
            }
            (Rule::Prerelease, None) if !is_stage(found) => Some(format!(
                "if `{found}` names a variant of the image, set suffix = \"{found}\""
            )),
            (Rule::Prerelease, _) => Some("to take prereleases, set prerelease = true".into()),
            _ => None,
        }
    }
}

impl NoFit {
    /// Returns the summary as notes for a reader, one a line.
    pub fn notes(&self) -> Vec<String> {
        if self.total == 0 {
            return vec!["the repository has no tags".into()];
        }
        let mut by_count: Vec<_> = self.dropped.iter().collect();
        by_count.sort_by_key(|(_, count)| Reverse(**count));
        let dropped: Vec<_> = by_count
            .iter()
            .map(|(rule, count)| format!("{count} by {rule}"))
            .collect();
        let noun = if self.total == 1 { "tag" } else { "tags" };
        let mut notes = vec![format!(
            "{} {noun}, dropped: {}",
            self.total,
            dropped.join(", ")
        )];
        if dropped.is_empty() {
            notes[0] = format!("{} {noun}", self.total);
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
    for tag in tags.into_iter().filter(|tag| !artifact::is_artifact(tag)) {
        if let Some((_, suffix)) = split(tag) {
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

/// Splits a tag into `v?N(.N)*` and what follows: nothing, or a text that starts with `-` or `_`.
fn split(tag: &str) -> Option<(&str, &str)> {
    let digits = tag.strip_prefix('v').unwrap_or(tag);
    let length = digits
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(digits.len());
    let (numbers, rest) = tag.split_at(tag.len() - digits.len() + length);
    let whole = digits[..length].split('.').all(|number| !number.is_empty());
    (whole && (rest.is_empty() || rest.starts_with(['-', '_']))).then_some((numbers, rest))
}

fn is_stage(suffix: &str) -> bool {
    [
        "-rc",
        "-alpha",
        "-beta",
        "-pre",
        "-dev",
        "-snapshot",
        "-nightly",
        "-canary",
    ]
    .iter()
    .any(|stage| suffix.to_ascii_lowercase().starts_with(stage))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Tag;

    fn tags(texts: &[&str]) -> Vec<Tag> {
        texts.iter().map(|text| Tag::parse(text).unwrap()).collect()
    }

    fn policy(constraint: &str, suffix: Option<&str>) -> Policy {
        Policy {
            suffix: suffix.map(str::to_owned),
            ..Policy::semver(Constraint::parse(constraint).unwrap())
        }
    }

    fn names(fit: &NoFit) -> Vec<&str> {
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
        let fit = policy("^1.27", Some("-alpin")).nearest(&Question::of(&tags));
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
        let fit = policy("^7", None).nearest(&Question::of(&tags(&[
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

        let fit = policy("^7", None).nearest(&Question::of(&tags(&["7.0.0-rc.1"])));
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
        let fit = policy("^1.28", None).nearest(&Question::of(&tags));
        assert_eq!(
            names(&fit),
            ["1.27.5", "1.27.4", "1.27.3-alpine", "1.26.9", "1.9.0"]
        );
        assert_eq!(fit.help(), None);
    }

    #[test]
    fn lists_without_versions_have_a_summary_too() {
        let fit = policy("*", None).nearest(&Question::of(&[]));
        assert_eq!(fit.notes(), ["the repository has no tags"]);
        let artifact = format!("sha256-{}", "0".repeat(64));
        let fit = policy("*", None).nearest(&Question::of(&tags(&["latest", "stable", &artifact])));
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
            .nearest(&Question::of(&tags(&["11", "12", "12-slim", "12-slim"])));
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
            .nearest(&Question::of(&tags(&texts)))
            .notes();
        assert_eq!(
            notes[2],
            "suffixes seen: -a (1), -b (1), -c (1), -d (1), -e (1), -f (1), 3 others"
        );
    }
}
