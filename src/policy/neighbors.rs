use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::rankable_tag::RankableTag;
use super::release_lines::{ReleaseLines, full_count};
use super::sort_key::SortKey;
use super::values::Cut;
use super::{Policy, Rule, architecture};
use crate::image::Tag;

/// The rules that look at the other tags of the list, whatever was chosen among them.
///
/// What they need of the list is collected when it is first asked for: most choices never do.
pub(super) struct Neighbors<'p, 'q> {
    policy: &'p Policy,
    list: &'q [Tag],
    names_architecture: bool,
    tags: OnceCell<HashSet<&'q str>>,
    lines: OnceCell<ReleaseLines>,
}

impl<'p, 'q> Neighbors<'p, 'q> {
    pub(super) fn new(policy: &'p Policy, list: &'q [Tag]) -> Self {
        Self {
            policy,
            list,
            names_architecture: architecture::is_named(policy),
            tags: OnceCell::new(),
            lines: OnceCell::new(),
        }
    }

    pub(super) fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// Applies the rules about a tag and about those beside it, in their order.
    pub(super) fn judge<'t, 'k>(
        &self,
        tag: &'t Tag,
        cut: Result<Cut<'k>, Rule>,
        dates: &BTreeMap<Tag, Timestamp>,
    ) -> Result<RankableTag<'t, 'k>, Rule> {
        self.policy.pass(tag)?;
        self.check_architecture(tag)?;
        let candidate = self.policy.candidate(tag, cut, dates)?;
        self.policy.check(candidate.key)?;
        self.check_line(candidate.key)?;
        Ok(candidate)
    }

    /// Tells whether the list has the same tag for more than the one architecture that it names.
    pub(super) fn check_architecture(&self, tag: &Tag) -> Result<(), Rule> {
        match self.multi_architecture(tag.as_str()) {
            Some(_) => Err(Rule::Architecture),
            None => Ok(()),
        }
    }

    /// Tells whether a tag is short and has longer ones beside it, all of them prereleases that the policy
    /// refuses.
    pub(super) fn check_line(&self, key: SortKey<'_>) -> Result<(), Rule> {
        let is_short = key.part_count() > 0 && key.part_count() < full_count(self.policy);
        if is_short && self.lines().stands_for_prerelease(key) {
            Err(Rule::Prerelease)
        } else {
            Ok(())
        }
    }

    /// Returns the tag of the list that is the same without the name of an architecture at its end.
    pub(super) fn multi_architecture<'t>(&self, tag: &'t str) -> Option<&'t str> {
        if self.names_architecture {
            return None;
        }
        architecture::stems(tag).find(|stem| self.tags().contains(stem))
    }

    /// Tells whether a tag is one number alone, without a longer tag that begins with it.
    pub(super) fn is_lone(&self, key: SortKey<'_>) -> bool {
        match key {
            SortKey::Version(version) if version.part_count() == 1 && !version.is_prerelease() => {
                !self.lines().has_longer(key)
            }
            _ => false,
        }
    }

    /// Returns a prerelease that a short tag stands for, the highest.
    pub(super) fn example_of(&self, short: SortKey<'_>) -> Option<&'q Tag> {
        self.list.get(self.lines().example(short)?)
    }

    fn tags(&self) -> &HashSet<&'q str> {
        self.tags
            .get_or_init(|| self.list.iter().map(Tag::as_str).collect())
    }

    fn lines(&self) -> &ReleaseLines {
        self.lines
            .get_or_init(|| ReleaseLines::of(self.policy, self.list))
    }
}
