use std::collections::HashMap;

use super::numbers::is_variant;
use super::sort_key::SortKey;
use super::values::Values;
use super::{Policy, Rule, Strategy, prerelease};
use crate::image::Tag;
use crate::version::MOST_PARTS;

/// The first numbers of versions, and how many there are: `2` or `2.11`.
type ReleaseLine = (usize, [u64; MOST_PARTS]);

/// What a list has below the lines that short tags name: `2.11.0-beta.1` below `2.11`.
#[derive(Debug, Default)]
pub(super) struct ReleaseLines {
    /// How many numbers a tag is written with that is never taken for the name of a line.
    full: usize,
    facts: HashMap<ReleaseLine, Facts>,
}

#[derive(Debug, Default)]
struct Facts {
    /// Whether a tag with more numbers begins with these.
    has_longer: bool,
    /// Whether one of those is a release, a variant or a prerelease that the policy takes.
    has_release: bool,
    /// The highest of those that are a stage and numbers, and its place in the list.
    example: Option<(String, usize)>,
}

/// Returns how many numbers a tag has that names no line: those of a semantic version, or of the scheme.
pub(super) fn full_count(policy: &Policy) -> usize {
    match &policy.strategy {
        Strategy::Semver { .. } => 3,
        Strategy::Calver { scheme, .. } => scheme.part_count(),
        _ => 0,
    }
}

impl ReleaseLines {
    /// Reads a list.
    pub(super) fn of(policy: &Policy, list: &[Tag]) -> Self {
        let values = Values::of(policy, list.iter());
        let keys = || {
            let tags = list.iter().enumerate();
            tags.filter_map(|(place, tag)| {
                let cut = values.cut(policy, place, tag).ok()?;
                Some((place, policy.key(cut.value)?))
            })
        };
        let mut lines = Self {
            full: full_count(policy),
            facts: HashMap::new(),
        };
        for (place, key) in keys() {
            let is_release = key.part_count() >= lines.full && counts(policy, key);
            lines.add(key, is_release, place);
        }
        // A short tag that names no line is a release of its own: 18.6 below 18.
        for (place, key) in keys() {
            let is_short = key.part_count() < lines.full;
            if is_short && counts(policy, key) && !lines.has_longer(key) {
                lines.add(key, true, place);
            }
        }
        lines
    }

    fn add(&mut self, key: SortKey<'_>, is_release: bool, place: usize) {
        let Some(parts) = key.parts() else { return };
        let is_example = !is_release && prerelease::is_plain(key.prerelease());
        for length in 1..key.part_count().min(self.full) {
            let facts = self.facts.entry(line(parts, length)).or_default();
            facts.has_longer = true;
            facts.has_release |= is_release;
            if is_example {
                let found = key.order_text();
                let is_higher = facts
                    .example
                    .as_ref()
                    .is_none_or(|(known, _)| crate::version::natural(&found, known).is_gt());
                if is_higher {
                    facts.example = Some((found, place));
                }
            }
        }
    }

    /// Tells whether the list has tags that begin with the numbers of this one and have more.
    pub(super) fn has_longer(&self, key: SortKey<'_>) -> bool {
        self.facts_of(key).is_some_and(|facts| facts.has_longer)
    }

    /// Tells whether a tag names a line of which there are only prereleases that the policy refuses.
    pub(super) fn stands_for_prerelease(&self, key: SortKey<'_>) -> bool {
        key.prerelease().is_empty()
            && self
                .facts_of(key)
                .is_some_and(|facts| facts.has_longer && !facts.has_release)
    }

    /// Returns the place of the highest prerelease that a short tag stands for.
    pub(super) fn example(&self, key: SortKey<'_>) -> Option<usize> {
        self.facts_of(key)?
            .example
            .as_ref()
            .map(|(_, place)| *place)
    }

    fn facts_of(&self, key: SortKey<'_>) -> Option<&Facts> {
        let length = key.part_count();
        let parts = key.parts().filter(|_| length < self.full)?;
        self.facts.get(&line(parts, length))
    }
}

/// Tells whether a version counts as more than a prerelease that the policy refuses.
///
/// `jdk` of `21.0.9_10-jdk` names a variant of a release, and no stage on the way to one.
fn counts(policy: &Policy, key: SortKey<'_>) -> bool {
    is_variant(key.prerelease()) || policy.check(key) != Err(Rule::Prerelease)
}

fn line(parts: [u64; MOST_PARTS], length: usize) -> ReleaseLine {
    let mut first = [0; MOST_PARTS];
    first[..length].copy_from_slice(&parts[..length]);
    (length, first)
}
