use std::collections::BTreeMap;

use jiff::Timestamp;

use super::neighbors::Neighbors;
use super::rankable_tag::RankableTag;
use super::sort_key::SortKey;
use super::values::{Cut, Values};
use super::{Policy, Rule, Strategy, prerelease};
use crate::image::{Tag, names_artifact};
use crate::version::{DecimalRef, Prereleases, VersionRef};

impl Policy {
    /// Applies the filters that look at the tag's text alone, in their order.
    pub(super) fn pass(&self, tag: &Tag) -> Result<(), Rule> {
        let text = tag.as_str();
        if names_artifact(text) {
            return Err(Rule::Artifact);
        }
        if !self.is_considered(text) {
            return Err(Rule::AllowTags);
        }
        match self.ignored_by(text) {
            Some(_) => Err(Rule::IgnoreTags),
            None => Ok(()),
        }
    }

    /// Reads what the strategy orders the tag by.
    pub(super) fn candidate<'q, 'k>(
        &self,
        tag: &'q Tag,
        cut: Result<Cut<'k>, Rule>,
        dates: &BTreeMap<Tag, Timestamp>,
    ) -> Result<RankableTag<'q, 'k>, Rule> {
        let Cut { value, tail } = cut?;
        let key = match &self.strategy {
            Strategy::NewestBuild => SortKey::Time(*dates.get(tag).ok_or(Rule::Date)?),
            _ => self.key(value).ok_or(Rule::Version)?,
        };
        Ok(RankableTag { tag, key, tail })
    }

    /// Reads a value as the strategy reads it; `None` if it is none, or the strategy reads no values.
    pub(super) fn key<'k>(&self, value: &'k str) -> Option<SortKey<'k>> {
        match &self.strategy {
            Strategy::Semver { .. } => VersionRef::of_tag(value).map(SortKey::Version),
            Strategy::Calver { scheme, .. } => scheme.read(value).ok().map(SortKey::Calver),
            Strategy::Numerical { .. } => DecimalRef::parse(value).map(SortKey::Number),
            Strategy::Alphabetical { .. } => {
                Some(SortKey::Text(value)).filter(|_| !value.is_empty())
            }
            Strategy::NewestBuild | Strategy::Digest { .. } => None,
        }
    }

    /// Tells whether the constraint admits a key, with prereleases as the policy has them.
    pub(super) fn admits(&self, key: SortKey<'_>) -> bool {
        self.satisfies(
            key,
            prerelease::mode(self.prerelease.as_ref(), key.prerelease()),
        )
    }

    /// Applies the rules about prereleases and the constraint, in their order.
    pub(super) fn check(&self, key: SortKey<'_>) -> Result<(), Rule> {
        let text = key.prerelease();
        let is_named = self.names_prerelease();
        if prerelease::is_refused(self.prerelease.as_ref(), is_named, text) {
            return Err(Rule::Prerelease);
        }
        if self.admits(key) {
            Ok(())
        } else if !text.is_empty() && self.satisfies(key, Prereleases::Include) {
            Err(Rule::Prerelease)
        } else {
            Err(Rule::Constraint)
        }
    }

    /// Tells whether the constraint names a prerelease.
    pub(super) fn names_prerelease(&self) -> bool {
        match &self.strategy {
            Strategy::Semver { constraint } => constraint.names_prerelease(),
            Strategy::Calver { constraint, .. } => constraint
                .as_ref()
                .is_some_and(crate::version::CalverConstraint::names_modifier),
            _ => false,
        }
    }

    fn satisfies(&self, key: SortKey<'_>, prereleases: Prereleases) -> bool {
        match (&self.strategy, key) {
            (Strategy::Semver { constraint }, SortKey::Version(version)) => {
                constraint.admits(version, prereleases)
            }
            (Strategy::Calver { constraint, .. }, SortKey::Calver(version)) => match constraint {
                Some(constraint) => constraint.admits(version, prereleases),
                None => version.modifier().is_empty() || prereleases == Prereleases::Include,
            },
            _ => true,
        }
    }

    /// Applies every rule that looks at one tag alone.
    pub(super) fn admit<'q, 'k>(
        &self,
        tag: &'q Tag,
        cut: Result<Cut<'k>, Rule>,
        dates: &BTreeMap<Tag, Timestamp>,
    ) -> Result<RankableTag<'q, 'k>, Rule> {
        self.pass(tag)?;
        let candidate = self.candidate(tag, cut, dates)?;
        self.check(candidate.key)?;
        Ok(candidate)
    }

    /// Tells whether the filters and the strategy allow a tag, whatever other tags there are and
    /// whatever is known of it beyond its name.
    pub fn allows(&self, tag: &Tag) -> bool {
        let values = Values::of(self, std::iter::once(tag));
        let cut = values.cut(self, 0, tag);
        match &self.strategy {
            Strategy::Digest { tag: followed } => tag == followed,
            Strategy::NewestBuild => self.pass(tag).is_ok() && cut.is_ok(),
            _ => self.admit(tag, cut, &BTreeMap::new()).is_ok(),
        }
    }

    /// Tells whether the strategy needs the tags' dates.
    pub fn needs_dates(&self) -> bool {
        matches!(self.strategy, Strategy::NewestBuild)
    }

    /// Returns the distinct tags whose dates `newest-build` needs, in byte order; none for other
    /// strategies.
    pub fn dated_candidates<'t>(&self, tags: &'t [Tag]) -> Vec<&'t Tag> {
        if !self.needs_dates() {
            return Vec::new();
        }
        let neighbors = Neighbors::new(self, tags);
        let is_candidate =
            |tag: &&Tag| self.allows(tag) && neighbors.check_architecture(tag).is_ok();
        let mut candidates: Vec<_> = tags.iter().filter(is_candidate).collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}
