use std::cmp::Ordering;

use super::numbers::compare_parts;
use super::sort_key::SortKey;
use super::values::{Cut, Values};
use super::{Candidates, Lint, Policy, Rule, Strategy, prerelease};
use crate::error::Code;
use crate::image::Tag;
use crate::version::VersionRef;

/// How many prereleases are worth a request.
const MOST: usize = 8;

/// The prereleases of the numbers that a chosen tag has: `6.0-alpha2` beside `6.0`.
///
/// The tag and one of them may point to the same image. Names alone do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namesakes {
    /// The prereleases, which the policy refuses, the highest first.
    pub tags: Vec<Tag>,
    /// Whether the chosen tag has fewer numbers than the releases of the list. If so it is no release if it
    /// points to the same image as a prerelease; else the prerelease was promoted.
    pub is_short: bool,
}

impl Namesakes {
    /// Returns what a reader should know where nobody compares digests.
    pub fn lint(&self, chosen: &Tag) -> Option<Lint> {
        let prerelease = self.tags.first().filter(|_| self.is_short)?;
        Some(Lint {
            code: Code::FloatingTag,
            message: format!(
                "{chosen} has fewer numbers than the releases, and so may be the prerelease {prerelease}"
            ),
            help: "compare their digests, as `imagelock lock` does before it pins such a tag"
                .into(),
        })
    }
}

impl Policy {
    /// Returns the prereleases that a chosen tag may be another name of; none if the policy takes them.
    ///
    /// Up to eight for a tag that has fewer numbers than the next lower release of the list, else the highest
    /// alone.
    pub fn namesakes(&self, candidates: &Candidates<'_>, chosen: &Tag) -> Namesakes {
        let values = Values::of(self, candidates.tags.iter());
        let chosen_values = Values::of(self, std::iter::once(chosen));
        let Some(version) = self.release(&chosen_values, 0, chosen) else {
            return Namesakes::default();
        };
        let tags = || candidates.tags.iter().enumerate();
        let has_its_numbers = |other: VersionRef<'_>| other.numbers_compared(version).is_eq();
        let mut found: Vec<(VersionRef<'_>, &Tag)> = Vec::new();
        for (place, tag) in tags() {
            // The cheapest test first: most tags have other numbers.
            let Ok(text) = values.get(place, tag) else {
                continue;
            };
            if !compare_parts(text, version.parts()).is_none_or(Ordering::is_eq) {
                continue;
            }
            let numbers = VersionRef::all_numbers(text);
            if !numbers.is_some_and(|(numbers, _)| has_its_numbers(numbers)) {
                continue;
            }
            let other = self.version_at(&values, place, tag);
            let prerelease = other.filter(|other| {
                has_its_numbers(*other)
                    && prerelease::is_plain(other.prerelease())
                    && self.check(SortKey::Version(*other)) == Err(Rule::Prerelease)
                    && self.pass(tag).is_ok()
            });
            found.extend(prerelease.map(|prerelease| (prerelease, tag)));
        }
        if found.is_empty() {
            return Namesakes::default();
        }
        let lower = tags()
            .filter_map(|(place, tag)| self.release(&values, place, tag))
            .filter(|other| other.numbers_compared(version).is_lt())
            .max_by(|one, other| {
                one.numbers_compared(*other)
                    .then_with(|| one.part_count().cmp(&other.part_count()))
            });
        let is_short = lower.is_some_and(|lower| version.part_count() < lower.part_count());
        found.sort_by(|(one, tag), (other, known)| {
            other.precedence(*one).then_with(|| tag.cmp(known))
        });
        found.dedup_by_key(|(_, tag)| *tag);
        found.truncate(if is_short { MOST } else { 1 });
        Namesakes {
            tags: found.into_iter().map(|(_, tag)| tag.clone()).collect(),
            is_short,
        }
    }

    fn release<'k>(
        &self,
        values: &'k Values,
        place: usize,
        tag: &'k Tag,
    ) -> Option<VersionRef<'k>> {
        self.version_at(values, place, tag)
            .filter(|version| !version.is_prerelease())
    }

    fn version_at<'k>(
        &self,
        values: &'k Values,
        place: usize,
        tag: &'k Tag,
    ) -> Option<VersionRef<'k>> {
        if !matches!(self.strategy, Strategy::Semver { .. }) {
            return None;
        }
        let Cut { value, .. } = values.cut(self, place, tag).ok()?;
        VersionRef::of_tag(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Constraint;

    fn namesakes(constraint: &str, tags: &str, chosen: &str) -> (Vec<String>, bool) {
        let tags: Vec<Tag> = tags
            .split(' ')
            .map(|text| Tag::parse(text).unwrap())
            .collect();
        let policy = Policy::semver(Constraint::parse(constraint).unwrap());
        let chosen = Tag::parse(chosen).unwrap();
        let found = policy.namesakes(&Candidates::of(&tags), &chosen);
        let tags = found.tags.iter().map(Tag::to_string).collect();
        (tags, found.is_short)
    }

    #[test]
    fn a_short_tag_has_all_prereleases_of_its_numbers() {
        let list =
            "5.0 5.0.9 5.0.8 6.0 6.0-alpha1 6.0-alpha2 6.0-alpha2-trixie 6.0-trixie 6.1-alpha1";
        let found = namesakes("*", list, "6.0");
        assert_eq!(
            found,
            (vec!["6.0-alpha2".into(), "6.0-alpha1".into()], true)
        );
        assert_eq!(
            namesakes("*-0", list, "6.0").0,
            [""; 0],
            "prereleases are taken"
        );
        assert_eq!(
            namesakes("*", "18.6 19 19beta1 19beta3", "19"),
            (vec!["19beta3".into(), "19beta1".into()], true)
        );
    }

    #[test]
    fn a_full_version_has_the_highest_alone() {
        let list = "1.1.0 1.2.0 1.2.0-rc.1 1.2.0-rc.3 1.2";
        assert_eq!(
            namesakes("^1", list, "1.2.0"),
            (vec!["1.2.0-rc.3".into()], false)
        );
        assert_eq!(
            namesakes("*", "18.6 19.0 19beta3 19rc1", "19.0"),
            (vec!["19rc1".into()], false)
        );
        assert_eq!(
            namesakes("*", "6.0 6.0-alpha2", "6.0"),
            (vec!["6.0-alpha2".into()], false)
        );
        assert_eq!(namesakes("^1", "1.1.0 1.2.0", "1.2.0"), (Vec::new(), false));
    }
}
