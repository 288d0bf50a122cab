use std::collections::BTreeSet;

use super::neighbors::Neighbors;
use super::numbers::{is_variant, split_numbers};
use super::sort_key::SortKey;
use super::values::{Cut, Values};
use super::{Candidates, Policy, PolicyOption, Prerelease, Strategy};
use crate::error::Code;
use crate::image::{Tag, names_artifact};
use crate::version::{ConstraintQuirk, Prereleases, VersionRef, stage};

/// Something about a policy that is allowed and probably not meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What kind of finding it is; a notice.
    pub code: Code,
    /// What was found, in one lowercase fragment.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Policy {
    /// Returns what is odd in the policy by itself, without any tags.
    pub fn quirks(&self) -> Vec<Lint> {
        let mut lints = Vec::new();
        if let Strategy::Semver { constraint } = &self.strategy {
            let prereleases = match &self.prerelease {
                None => Prereleases::ByConstraint,
                Some(Prerelease::Never) => Prereleases::Exclude,
                Some(_) => Prereleases::Include,
            };
            let quirks = constraint.quirks(prereleases).into_iter();
            lints.extend(quirks.map(|ConstraintQuirk { message, help }| Lint {
                code: Code::ConstraintQuirk,
                message,
                help,
            }));
        }
        lints.extend(self.greedy_suffix());
        lints
    }

    /// Returns what is odd in the policy in view of the tags there are, and in the choice.
    ///
    /// Does not repeat [`Policy::quirks`].
    pub fn lint(&self, candidates: &Candidates<'_>, chosen: Option<&Tag>) -> Vec<Lint> {
        if matches!(self.strategy, Strategy::Digest { .. }) || candidates.tags.is_empty() {
            return Vec::new();
        }
        let mut lints = chosen.map_or_else(Vec::new, |chosen| self.skipped(candidates, chosen));
        if lints.iter().all(|lint| lint.code != Code::MixedList) {
            lints.extend(self.mixed_list(candidates));
        }
        lints.extend(chosen.and_then(|chosen| self.floating(candidates, chosen)));
        lints.extend(chosen.and_then(|chosen| self.odd_choice(chosen)));
        lints.extend(self.unused_suffix(candidates));
        lints.extend(self.unused_patterns(candidates));
        lints
    }

    fn greedy_suffix(&self) -> Option<Lint> {
        let suffix = self.suffix.as_ref().filter(|suffix| suffix.is_glob())?;
        let stage = ["-rc1", "-beta1", "-alpha1", "-rc.1"]
            .into_iter()
            .find(|stage| suffix.split(&format!("1.0.0{stage}")) == Some(("1.0.0", stage)))?;
        Some(Lint {
            code: Code::SuffixQuirk,
            message: format!("the suffix `{suffix}` takes 1.0.0{stage} for the release 1.0.0"),
            help: "say more of the suffix, such as `-r[0-9]+` for revisions".into(),
        })
    }

    /// Finds dates or variants where nothing says which versions are meant.
    fn mixed_list(&self, candidates: &Candidates<'_>) -> Option<Lint> {
        let Strategy::Semver { constraint } = &self.strategy else {
            return None;
        };
        if !constraint.admits_every_release() {
            return None;
        }
        let values = Values::of(self, candidates.tags.iter());
        let tags = candidates.tags.iter().enumerate();
        let neighbors = Neighbors::new(self, candidates.tags);
        let versions = tags.filter_map(|(place, tag)| {
            self.pass(tag).ok()?;
            neighbors.check_architecture(tag).ok()?;
            let cut = values.cut(self, place, tag).ok()?;
            Some((tag, VersionRef::of_tag(cut.value)?))
        });
        // The first of each kind in byte order, whatever the order of the list.
        let [mut plain, mut date, mut variant]: [Option<&Tag>; 3] = [None; 3];
        for (tag, version) in versions {
            let first = if version.is_date_like() {
                &mut date
            } else if !version.is_prerelease() {
                &mut plain
            } else if is_variant(version.prerelease()) {
                &mut variant
            } else {
                continue;
            };
            if first.is_none_or(|first| tag < first) {
                *first = Some(tag);
            }
        }
        let (found, what) = match (date, variant) {
            (Some(date), _) => (date, "which looks like a date"),
            (None, Some(variant)) => (variant, "which counts as a prerelease"),
            (None, None) => return None,
        };
        let plain = plain?;
        Some(Lint {
            code: Code::MixedList,
            message: format!(
                "every version is allowed, and beside {plain} there is {found}, {what}"
            ),
            help: "name the versions that are meant with `constraint`, such as `^1`, or a `suffix`"
                .into(),
        })
    }

    /// Finds a chosen tag that stands for the newest of its line.
    ///
    /// `1.27` loses to 1.27.5 by its number; it is chosen only where 1.27.5 is dropped, held back or
    /// of another variant, and then it stands for what the policy meant to leave out.
    fn floating(&self, candidates: &Candidates<'_>, chosen: &Tag) -> Option<Lint> {
        if matches!(
            self.strategy,
            Strategy::Numerical { .. } | Strategy::Digest { .. }
        ) {
            return None;
        }
        let line: Vec<_> = line_of(chosen.as_str())?.collect();
        let longer = |tag: &&Tag| {
            line_of(tag.as_str()).is_some_and(|mut other| {
                line.iter().all(|number| other.next() == Some(*number)) && other.next().is_some()
            })
        };
        let example = candidates.tags.iter().filter(longer).min()?;
        Some(Lint {
            code: Code::FloatingTag,
            message: format!(
                "{chosen} has fewer numbers than {example}, and so may name whatever is newest of its line"
            ),
            help: format!(
                "follow it with tag = \"{chosen}\", or drop it, such as with {} = \"{chosen}\"",
                PolicyOption::IgnoreTags
            ),
        })
    }

    /// Finds a chosen tag of which a stage was taken for a variant, or a variant for a prerelease.
    fn odd_choice(&self, chosen: &Tag) -> Option<Lint> {
        let values = Values::of(self, std::iter::once(chosen));
        let Cut { value, tail } = values.cut(self, 0, chosen).ok()?;
        let suffix = self.suffix.as_ref().filter(|suffix| suffix.is_glob());
        if let (Some(suffix), Some(stage)) = (suffix, stage_in(tail)) {
            return Some(Lint {
                code: Code::SuffixQuirk,
                message: format!("the suffix `{suffix}` takes `{stage}` of {chosen} for a variant"),
                help: "if it is a stage of a release, say more of the suffix, such as `-r[0-9]+` for revisions"
                    .into(),
            });
        }
        let Some(SortKey::Version(version)) = self.key(value) else {
            return None;
        };
        let variant = version.prerelease();
        let takes_all = !matches!(self.prerelease, Some(Prerelease::Only(_)));
        (takes_all && is_variant(variant)).then(|| Lint {
            code: Code::MixedList,
            message: format!("{chosen} counts as the prerelease `{variant}`, and may be a variant of the image"),
            help: format!(
                "if it is a variant, set suffix = \"-{variant}\"; if not, name the prereleases that are meant, such as \
                 prerelease = [\"rc\"]"
            ),
        })
    }

    fn unused_suffix(&self, candidates: &Candidates<'_>) -> Option<Lint> {
        let suffix = self.suffix.as_ref()?;
        let values = Values::of(self, candidates.tags.iter());
        let mut tags = candidates.tags.iter().enumerate();
        let is_used =
            tags.any(|(place, tag)| values.get(place, tag).is_ok_and(|text| suffix.ends(text)));
        (!is_used).then(|| Lint {
            code: Code::UnusedSuffix,
            message: format!("no tag ends in `{suffix}`"),
            help: match common_suffixes(candidates.tags).as_slice() {
                [] => "remove the suffix".into(),
                suffixes => format!("the tags end in {}", suffixes.join(", ")),
            },
        })
    }

    fn unused_patterns(&self, candidates: &Candidates<'_>) -> Vec<Lint> {
        let mut lints = Vec::new();
        for pattern in &self.allow_tags {
            let mut tags = candidates.tags.iter();
            if !tags.any(|tag| pattern.matches(tag.as_str())) {
                lints.push(Lint {
                    code: Code::UnusedPattern,
                    message: format!("no tag matches `{pattern}` of allow-tags"),
                    help: "remove the pattern, or correct it; `imagelock tags` lists the tags"
                        .into(),
                });
            }
        }
        lints
    }
}

/// Returns a word of a suffix that names a stage of a release, such as `rc1`.
fn stage_in(tail: &str) -> Option<&str> {
    let mut words = tail.split(['-', '_', '.']);
    // Single letters before numbers are revisions of distributions as well.
    words.find(|word| word.len() > 2 && stage(word).is_some())
}

/// Returns the numbers at the beginning of a tag, without leading zeros.
fn line_of(tag: &str) -> Option<impl Iterator<Item = &str>> {
    let (numbers, _) = split_numbers(tag)?;
    let numbers = numbers.strip_prefix('v').unwrap_or(numbers).split('.');
    Some(numbers.map(|number| number.trim_start_matches('0')))
}

/// Returns up to four suffixes of versions, in byte order.
fn common_suffixes(tags: &[Tag]) -> Vec<String> {
    let tags = tags.iter().map(Tag::as_str);
    let found: BTreeSet<_> = tags
        .filter(|tag| !names_artifact(tag))
        .filter_map(split_numbers)
        .map(|(_, suffix)| suffix)
        .filter(|suffix| !suffix.is_empty())
        .collect();
    found
        .into_iter()
        .take(4)
        .map(|suffix| format!("`{suffix}`"))
        .collect()
}
