use std::cmp::Ordering;

use super::date_guard::{self, DateGuard};
use super::neighbors::Neighbors;
use super::numbers::{compare_parts, is_stage, numbers_length};
use super::rankable_tag::RankableTag;
use super::sort_key::SortKey;
use super::values::{Cut, Values};
use super::{Candidates, Lint, Policy, PolicyOption, Rule, Strategy};
use crate::error::Code;
use crate::image::Tag;
use crate::version::{Constraint, Prereleases, VersionRef};

/// What some publishers write before a version, which no version has.
const PREFIXES: [&str; 6] = ["V", "v.", "release-", "rel-", "version-", "ver-"];

/// Why a tag was skipped that looks newer than the chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The date guard dropped it.
    Doubt,
    /// It begins with the numbers of a version, and is none.
    Unread,
    /// It stands for a prerelease.
    Short,
    /// It is for one architecture, and the image for several is no candidate.
    Architecture,
}

const CAUSES: [Cause; 4] = [
    Cause::Doubt,
    Cause::Unread,
    Cause::Short,
    Cause::Architecture,
];

/// The candidates against the one that was chosen among them.
struct Skipped<'p, 'q, 'k> {
    policy: &'p Policy,
    constraint: &'p Constraint,
    candidates: &'p Candidates<'q>,
    neighbors: Neighbors<'p, 'q>,
    guard: DateGuard<'p>,
    chosen: VersionRef<'k>,
}

impl Policy {
    /// Finds tags that look newer than the chosen one and satisfy the constraint, and that were dropped for
    /// what the config does not name; the highest for each cause.
    pub(super) fn skipped(&self, candidates: &Candidates<'_>, chosen: &Tag) -> Vec<Lint> {
        let Strategy::Semver { constraint } = &self.strategy else {
            return self.skipped_short(candidates, chosen).into_iter().collect();
        };
        let chosen_values = Values::of(self, std::iter::once(chosen));
        let Some(SortKey::Version(version)) = chosen_values
            .cut(self, 0, chosen)
            .ok()
            .and_then(|cut| self.key(cut.value))
        else {
            return Vec::new();
        };
        let neighbors = Neighbors::new(self, candidates.tags);
        let mut guard = DateGuard::new(self);
        let key = SortKey::Version(version);
        guard.see(key, guard.doubt(key, neighbors.is_lone(key)));
        let skipped = Skipped {
            policy: self,
            constraint,
            candidates,
            neighbors,
            guard,
            chosen: version,
        };
        skipped.lints(chosen)
    }

    /// Finds the highest short calendar version above the chosen one that stands for a prerelease.
    fn skipped_short(&self, candidates: &Candidates<'_>, chosen: &Tag) -> Option<Lint> {
        if !matches!(self.strategy, Strategy::Calver { .. }) {
            return None;
        }
        let chosen_values = Values::of(self, std::iter::once(chosen));
        let chosen_key = self.key(chosen_values.cut(self, 0, chosen).ok()?.value)?;
        let neighbors = Neighbors::new(self, candidates.tags);
        let values = Values::of(self, candidates.tags.iter());
        let tags = candidates.tags.iter().enumerate();
        let short = tags.filter_map(|(place, tag)| {
            let key = self.key(values.cut(self, place, tag).ok()?.value)?;
            let is_newer = key.compare(chosen_key).is_gt() && self.check(key).is_ok();
            let is_short = is_newer && neighbors.check_line(key).is_err();
            (is_short && self.pass(tag).is_ok()).then_some((key, place, tag))
        });
        let (_, place, tag) =
            short.max_by(|one, other| one.0.compare(other.0).then_with(|| other.2.cmp(one.2)))?;
        let text = values.get(place, tag).unwrap_or_default();
        let reason = self.reason(candidates, &neighbors, tag, text, Rule::Prerelease);
        Some(Lint {
            code: Code::NewerTagSkipped,
            message: format!("{tag} looks newer than {chosen} and is skipped: {reason}"),
            help: WAIT_FOR_RELEASE.into(),
        })
    }
}

/// What to do about a short name of a prerelease.
const WAIT_FOR_RELEASE: &str =
    "wait for the release, or set `prerelease = true` to take prereleases";

impl Skipped<'_, '_, '_> {
    fn lints(&self, chosen: &Tag) -> Vec<Lint> {
        let values = Values::of(self.policy, self.candidates.tags.iter());
        let mut highest: [Option<(&Tag, VersionRef<'_>, &str)>; CAUSES.len()] = [None; 4];
        for (place, tag) in self.candidates.tags.iter().enumerate() {
            // The cheapest test first: most tags are older.
            if !values
                .get(place, tag)
                .is_ok_and(|text| self.may_matter(text))
            {
                continue;
            }
            let Ok(cut) = values.cut(self.policy, place, tag) else {
                continue;
            };
            let Some((cause, version)) = self.cause(tag, cut) else {
                continue;
            };
            let known = &mut highest[CAUSES.iter().position(|known| *known == cause).unwrap_or(0)];
            let is_higher = known.is_none_or(|(known, other, _)| {
                let order = version.precedence(other).then_with(|| known.cmp(tag));
                order.is_gt()
            });
            if is_higher {
                *known = Some((tag, version, values.get(place, tag).unwrap_or_default()));
            }
        }
        let found = CAUSES.into_iter().zip(highest);
        let found = found.filter_map(|(cause, found)| Some((cause, found?)));
        found
            .map(|(cause, (tag, version, text))| self.lint(cause, chosen, tag, version, text))
            .collect()
    }

    /// Returns why a tag was dropped, if it looks newer and satisfies the constraint.
    fn cause<'v>(&self, tag: &Tag, cut: Cut<'v>) -> Option<(Cause, VersionRef<'v>)> {
        let read = VersionRef::of_tag(cut.value);
        let version = read.or_else(|| numbers_alone(cut.value))?;
        if !self.is_newer(version) || self.policy.pass(tag).is_err() {
            return None;
        }
        if read.is_none() {
            let is_version = !version.is_date_like() || self.chosen.is_date_like();
            let is_allowed = self.constraint.admits(version, Prereleases::Exclude);
            return (is_version && is_allowed).then_some((Cause::Unread, version));
        }
        let key = SortKey::Version(version);
        let judged = self.neighbors.judge(tag, Ok(cut), self.candidates.dates);
        let cause = match judged {
            Ok(RankableTag { key, .. }) => {
                let doubt = self.guard.doubt(key, self.neighbors.is_lone(key));
                self.guard.drops(doubt).then_some(Cause::Doubt)
            }
            Err(Rule::Prerelease) => {
                (!version.is_prerelease() && self.policy.admits(key)).then_some(Cause::Short)
            }
            Err(Rule::Architecture) => self
                .policy
                .check(key)
                .is_ok()
                .then_some(Cause::Architecture),
            Err(_) => None,
        };
        cause.map(|cause| (cause, version))
    }

    /// Tells whether the numbers that a text begins with are newer and satisfy the constraint.
    fn may_matter(&self, text: &str) -> bool {
        let text = without_prefix(text);
        if compare_parts(text, self.chosen.parts()) == Some(Ordering::Less) {
            return false;
        }
        let numbers = VersionRef::all_numbers(text);
        numbers.is_some_and(|(version, _)| {
            self.is_newer(version) && self.constraint.admits(version, Prereleases::Exclude)
        })
    }

    fn is_newer(&self, version: VersionRef<'_>) -> bool {
        version.numbers_compared(self.chosen).is_gt()
    }

    fn lint(
        &self,
        cause: Cause,
        chosen: &Tag,
        tag: &Tag,
        version: VersionRef<'_>,
        text: &str,
    ) -> Lint {
        let first = version.parts()[0];
        let rule = match cause {
            Cause::Doubt => Rule::DateGuard,
            Cause::Unread => Rule::Version,
            Cause::Short => Rule::Prerelease,
            Cause::Architecture => Rule::Architecture,
        };
        let reason = match cause {
            Cause::Doubt => date_guard::reason(version),
            _ => self
                .policy
                .reason(self.candidates, &self.neighbors, tag, text, rule),
        };
        let ignore = PolicyOption::IgnoreTags;
        Lint {
            code: match cause {
                Cause::Doubt => Code::MixedList,
                _ => Code::NewerTagSkipped,
            },
            message: format!("{tag} looks newer than {chosen} and is skipped: {reason}"),
            help: match cause {
                Cause::Doubt if version.is_date_like() => format!(
                    "if these are versions, name one in `constraint`, such as `>={first}`; if not, exclude them \
                     there, such as with `<1000`"
                ),
                Cause::Doubt => format!(
                    "if it is a version, name it in `constraint`, such as `^{first}`; if not, set \
                     {ignore} = \"{tag}\""
                ),
                Cause::Unread => format!(
                    "to compare such tags, take the version out of them with `extract`; to leave them out, set \
                     {ignore} = \"{tag}\""
                ),
                Cause::Short => WAIT_FOR_RELEASE.into(),
                Cause::Architecture => {
                    "let the image for several architectures pass the filters, or name this one in `suffix`"
                        .into()
                }
            },
        }
    }
}

/// Reads the numbers of what is no version: `2.0.0` of `2.0.0.Final` and of `release-2.0.0`.
///
/// What follows them is a word of its own, and no stage of a release; behind a hyphen it would be a prerelease.
fn numbers_alone(value: &str) -> Option<VersionRef<'_>> {
    let value = without_prefix(value);
    let (numbers, rest) = value.split_at(numbers_length(value));
    let is_apart = rest.is_empty() || rest.starts_with(['.', '_']);
    (is_apart && !is_stage(rest))
        .then(|| VersionRef::of_tag(numbers))
        .flatten()
}

/// Takes off what some publishers write before a version.
fn without_prefix(text: &str) -> &str {
    if text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return text;
    }
    let mut prefixes = PREFIXES.iter();
    prefixes
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
}
