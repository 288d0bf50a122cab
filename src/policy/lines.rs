use std::collections::HashMap;

use super::key::Key;
use super::numbers::is_variant;
use super::values::Values;
use super::{Policy, Rule};
use crate::image::Tag;
use crate::version::VersionRef;

/// How many numbers a tag is written with that is never taken for the name of a line.
pub(super) const FULL: usize = 3;

/// The first numbers of versions: `2` or `2.11`.
type Line = (u64, Option<u64>);

/// What a list has below the lines that short tags name: `2.11.0-beta.1` below `2.11`.
#[derive(Debug, Default)]
pub(super) struct Lines {
    facts: HashMap<Line, Facts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// Whether a tag with more numbers begins with these.
    has_longer: bool,
    /// Whether one of those is a release, a variant or a prerelease that the policy takes.
    has_release: bool,
}

impl Lines {
    /// Reads a list.
    pub(super) fn of(policy: &Policy, list: &[Tag]) -> Self {
        let values = Values::of(policy, list.iter());
        let versions = || {
            let tags = list.iter().enumerate();
            tags.filter_map(|(place, tag)| {
                let cut = values.cut(policy, place, tag).ok()?;
                VersionRef::of_tag(cut.value)
            })
        };
        let mut lines = Self::default();
        for version in versions() {
            let is_release = version.part_count() >= FULL && counts(policy, version);
            lines.add(version, is_release);
        }
        // A short tag that names no line is a release of its own: 18.6 below 18.
        for version in versions().filter(|version| version.part_count() < FULL) {
            if counts(policy, version) && !lines.has_longer(version) {
                lines.add(version, true);
            }
        }
        lines
    }

    fn add(&mut self, version: VersionRef<'_>, is_release: bool) {
        for length in 1..version.part_count().min(FULL) {
            let facts = self.facts.entry(line(version, length)).or_default();
            facts.has_longer = true;
            facts.has_release |= is_release;
        }
    }

    /// Tells whether the list has tags that begin with the numbers of this one and have more.
    pub(super) fn has_longer(&self, version: VersionRef<'_>) -> bool {
        self.facts_of(version).is_some_and(|facts| facts.has_longer)
    }

    /// Tells whether a tag names a line of which there are only prereleases that the policy refuses.
    pub(super) fn stands_for_prerelease(&self, version: VersionRef<'_>) -> bool {
        !version.is_prerelease()
            && self
                .facts_of(version)
                .is_some_and(|facts| facts.has_longer && !facts.has_release)
    }

    fn facts_of(&self, version: VersionRef<'_>) -> Option<Facts> {
        let length = version.part_count();
        let facts = self.facts.get(&line(version, length));
        facts.copied().filter(|_| length < FULL)
    }
}

/// Tells whether a version counts as more than a prerelease that the policy refuses.
///
/// `jdk` of `21.0.9_10-jdk` names a variant of a release, and no stage on the way to one.
fn counts(policy: &Policy, version: VersionRef<'_>) -> bool {
    is_variant(version.prerelease()) || policy.check(Key::Version(version)) != Err(Rule::Prerelease)
}

fn line(version: VersionRef<'_>, length: usize) -> Line {
    let [major, minor, _] = version.parts();
    (major, (length > 1).then_some(minor))
}
