use std::collections::BTreeSet;

use super::dates::{DateFailure, DateQuery, Dates, fetch_builds, pushed};
use super::pending_job::PendingJob;
use super::tag_lists::TagLists;
use super::{Held, Options};
use crate::error::Diagnostic;
use crate::image::{Digest, Tag};
use crate::registry::{Client, ErrorKind, Target};

/// So many tags may name something else than the registry's own interface says, before that is given up.
const MOST_LAGGING: usize = 3;

impl PendingJob {
    pub(super) fn take_dates(&mut self, dates: Dates) {
        let ages = dates.ages.into_iter();
        self.dates = ages.map(|(tag, age)| (tag, age.since)).collect();
        self.told = dates.told;
        for (tag, missing_platforms) in dates.missing_platforms {
            self.hold(Held::incomplete(
                &self.job.spec.name,
                &tag,
                &missing_platforms,
            ));
        }
    }

    /// Returns the tag that the policy chooses, if it is dated by what is not confirmed yet.
    fn unconfirmed(&mut self, tags: &[Tag], options: &Options) -> Option<(Tag, Digest)> {
        if self.told.is_empty() || !self.needs_tags() {
            return None;
        }
        let candidates = self.candidates(tags, options.level);
        let tag = self.job.spec.policy.choose(&candidates)?.clone();
        let told = self.told.remove(&tag)?;
        Some((tag, told))
    }
}

impl<'o> DateQuery<'o> {
    pub(super) fn of(pending: &'o PendingJob, options: &'o Options) -> Self {
        Self {
            platforms: &pending.job.spec.platforms,
            ledger: &options.ledger,
            now: options.now,
        }
    }
}

/// Makes sure that the tag that a policy chooses by date names what it was dated by.
///
/// If it names something else by now, it is dated anew and the policy chooses again; where nobody tells
/// when that was pushed, all candidates are dated in the ordinary way. Returns what tags were seen to name.
pub(super) async fn confirm(
    client: &Client,
    pending: &mut PendingJob,
    lists: &TagLists,
    options: &Options,
) -> Result<Vec<(Tag, Digest)>, Diagnostic> {
    let mut seen = Vec::new();
    let repository = pending.job.spec.repository.clone();
    let Some(Ok(tags)) = lists.get(&repository) else {
        return Ok(seen);
    };
    let mut lagging = 0;
    while let Some((tag, told)) = pending.unconfirmed(tags, options) {
        let target = Target::Tag(tag.clone());
        match client.head(&repository, &target).await {
            Ok(digest) if digest == told => {
                seen.push((tag, digest));
                return Ok(seen);
            }
            Ok(_) => {}
            Err(error) if *error.kind() == ErrorKind::ManifestNotFound => {
                pending.dates.remove(&tag);
                continue;
            }
            Err(error) => return Err(Diagnostic::of(&DateFailure::registry(&tag, error))),
        }
        lagging += 1;
        let anew = pushed(client, &repository, &tag, options.now).await;
        let (digest, since) =
            anew.map_err(|error| Diagnostic::of(&DateFailure::registry(&tag, error)))?;
        if let Some(since) = since.filter(|_| lagging <= MOST_LAGGING) {
            pending.dates.insert(tag.clone(), since);
            seen.push((tag, digest));
            continue;
        }
        client.disable_tag_metadata(&repository, "it lags behind the registry");
        let candidates = pending.job.spec.policy.dated_candidates(tags);
        let candidates: BTreeSet<&Tag> = candidates.into_iter().collect();
        let look = DateQuery::of(pending, options);
        let builds = fetch_builds(client, &repository, &candidates, &look, options.jobs);
        let builds = builds.await.map_err(|failure| Diagnostic::of(&failure))?;
        seen.extend(builds.digests.clone());
        pending.take_dates(builds);
    }
    Ok(seen)
}
