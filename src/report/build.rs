use std::collections::BTreeMap;

use super::links::links;
use super::{
    ChangeFacts, ChangeLinks, ChangeReport, Contract, FailureReport, HeldReport, LintReport,
    Notice, PinReport, Report, Side, Summary,
};
use crate::diff::{Change, ChangeKind, ContentChange, Diff, Field, Transition};
use crate::image::Tag;
use crate::lock::Pin;
use crate::resolve::Resolution;
use crate::tag::ImageFacts;
use crate::version::Version;

/// What a report compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedLocks {
    /// The lockfile, as the user would write its path.
    pub lockfile: String,
    /// The source of the first lock.
    pub before: Side,
    /// The source of the second lock.
    pub after: Side,
}

impl Report {
    /// Creates a report from a diff, facts about the images (by image name), and the failures.
    pub fn new(
        diff: &Diff,
        sides: ComparedLocks,
        details: &BTreeMap<String, ChangeFacts>,
        mut failures: Vec<FailureReport>,
    ) -> Self {
        failures.sort_by(|left, right| {
            (&left.name, &left.code, &left.message).cmp(&(&right.name, &right.code, &right.message))
        });
        let changes: Vec<ChangeReport> = diff
            .changes
            .iter()
            .map(|change| report_change(change, details.get(&change.name)))
            .collect();
        let (added, updated) = (
            diff.count(ChangeKind::Added),
            diff.count(ChangeKind::Updated),
        );
        let summary = Summary {
            total: diff.unchanged + added + updated,
            added,
            removed: diff.count(ChangeKind::Removed),
            updated,
            unchanged: diff.unchanged,
            held: 0,
            failed: failures.len(),
            highest: diff.highest(),
            downgrades: changes.iter().filter(|change| change.downgrade).count(),
            warnings: changes.iter().map(|change| change.notices.len()).sum(),
            lints: 0,
        };
        Self {
            schema: Contract::DiffV1,
            lockfile: sides.lockfile,
            before: sides.before,
            after: sides.after,
            summary,
            changes,
            held: Vec::new(),
            failed: failures,
            lints: Vec::new(),
        }
    }

    /// Makes a report of a diff that a resolution led to: with what failed, what is held back, and what a
    /// reviewer should know.
    pub fn of_resolution(
        diff: &Diff,
        sides: ComparedLocks,
        facts: &BTreeMap<String, ChangeFacts>,
        resolution: &Resolution,
    ) -> Self {
        let failures = resolution.failures.iter();
        let failures = failures.map(|failure| FailureReport::of(&failure.diagnostic));
        let held = resolution.held.iter().map(HeldReport::of);
        let lints = resolution.warnings.iter().map(LintReport::of);
        Self::new(diff, sides, facts, failures.collect())
            .holding(held.collect())
            .linting(lints.collect())
    }

    /// Adds what a reviewer should know of the policies and of their choices.
    #[must_use]
    pub fn linting(mut self, mut lints: Vec<LintReport>) -> Self {
        lints.sort();
        lints.dedup();
        self.summary.lints = lints.len();
        self.lints = lints;
        self
    }

    /// Adds the tags that pins are kept from.
    #[must_use]
    pub fn holding(mut self, mut held: Vec<HeldReport>) -> Self {
        held.sort_by(|left, right| (&left.name, &left.tag).cmp(&(&right.name, &right.tag)));
        self.summary.held = held.len();
        self.held = held;
        self
    }
}

fn report_change(change: &Change, details: Option<&ChangeFacts>) -> ChangeReport {
    let indexes = details.and_then(|details| details.indexes.as_ref());
    let content = match indexes {
        Some((before, after)) => change.content_of_indexes(before, after),
        None => change.content,
    };
    let platforms = change.platforms.iter();
    let platforms = platforms.map(|(platform, change)| (platform.to_string(), *change));
    ChangeReport {
        name: change.name.clone(),
        kind: change.kind,
        transition: change.transition,
        level: change.level,
        downgrade: change.downgrade,
        fields: change.fields.clone(),
        content,
        platforms: platforms.collect(),
        before: change
            .before
            .as_ref()
            .map(|entry| report_pin(entry, details.map(|details| &details.before))),
        after: change
            .after
            .as_ref()
            .map(|entry| report_pin(entry, details.map(|details| &details.after))),
        links: details.map_or_else(ChangeLinks::default, links),
        reference: change
            .after
            .as_ref()
            .map(|entry| entry.reference().to_string()),
        notices: notices(change, content, details),
    }
}

fn report_pin(entry: &Pin, facts: Option<&ImageFacts>) -> PinReport {
    let created = facts.and_then(|facts| facts.created.as_ref());
    let revision = facts.and_then(|facts| facts.revision.as_ref());
    PinReport {
        image: entry.image.to_string(),
        policy: entry.policy.clone(),
        tag: entry.tag.to_string(),
        digest: entry.digest.to_string(),
        platforms: entry
            .platforms
            .iter()
            .map(|(platform, digest)| (platform.to_string(), digest.to_string()))
            .collect(),
        created: created.map(|fact| fact.value),
        created_from: created.map(|fact| fact.origin),
        revision: revision.map(|fact| fact.value.clone()),
    }
}

fn notices(
    change: &Change,
    content: Option<ContentChange>,
    details: Option<&ChangeFacts>,
) -> Vec<Notice> {
    let moved = change.transition == Transition::Moved;
    let same_image = content.is_some_and(ContentChange::is_same_image);
    let full_version = change
        .after
        .as_ref()
        .is_some_and(|entry| is_full_version(&entry.tag));
    let created = |facts: &ImageFacts| facts.created.as_ref().map(|fact| fact.value);
    let older = details.is_some_and(|details| {
        created(&details.before)
            .zip(created(&details.after))
            .is_some_and(|(before, after)| after < before)
    });
    [
        (
            Notice::RepositoryChanged,
            change.fields.contains(&Field::Image),
        ),
        (Notice::Downgrade, change.downgrade),
        (Notice::TagMoved, moved && full_version && !same_image),
        (Notice::OlderBuild, moved && older && !same_image),
    ]
    .into_iter()
    .filter_map(|(notice, holds)| holds.then_some(notice))
    .collect()
}

/// Returns `true` if the tag names one release: three numbers or more, perhaps with a suffix.
///
/// Such a tag normally stays where it is, while `1.27` and `latest` are made to move.
fn is_full_version(tag: &Tag) -> bool {
    let head = tag.as_str().split('-').next().unwrap_or_default();
    Version::of_tag(head)
        .is_some_and(|version| version.part_count() >= 3 && !version.is_prerelease())
}

#[cfg(test)]
mod tests {
    use crate::diff::{ChangeLevel, ContentChange};
    use crate::report::{Notice, sample};

    #[test]
    fn the_summary_counts() {
        let summary = sample::report().summary;
        assert_eq!((summary.total, summary.unchanged), (47, 39));
        assert_eq!((summary.updated, summary.added, summary.removed), (7, 1, 1));
        assert_eq!((summary.failed, summary.downgrades), (1, 1));
        assert_eq!(summary.highest, Some(ChangeLevel::Major));
        assert_eq!(summary.warnings, 2);
    }

    #[test]
    fn notices_point_at_what_is_odd() {
        let report = sample::report();
        let notices = |name: &str| {
            let change = report.changes.iter().find(|change| change.name == name);
            change.unwrap().notices.clone()
        };
        assert_eq!(notices("controller"), [Notice::TagMoved]);
        assert_eq!(notices("memcached"), [Notice::Downgrade]);
        // A tag made to move, and a full version whose images are the same.
        assert_eq!(notices("debian"), []);
        assert_eq!(notices("postgres"), []);
    }

    #[test]
    fn documents_refine_the_class() {
        let report = sample::report();
        let postgres = report
            .changes
            .iter()
            .find(|change| change.name == "postgres")
            .unwrap();
        assert_eq!(postgres.content, Some(ContentChange::AttestationOnly));
    }
}
