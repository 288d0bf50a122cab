use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::confirm::confirm;
use super::dates::{DateQuery, Dates, fetch_dates};
use super::pending_job::PendingJob;
use super::tag_lists::TagLists;
use super::{Options, group};
use crate::error::Diagnostic;
use crate::image::Tag;
use crate::registry::Client;
use crate::tag::Observations;

/// Dates the candidates of the images that choose by date.
///
/// What a policy chooses by the word of a registry's own interface is confirmed by the registry itself.
/// Returns the images that could not be dated, taken out of the batch: a choice among a part of the
/// candidates is none.
pub(super) async fn date(
    client: &Client,
    batch: &mut Vec<PendingJob>,
    lists: &TagLists,
    options: &Options,
    observations: &mut Observations,
) -> Vec<(PendingJob, Diagnostic)> {
    let mut failed: BTreeMap<String, Diagnostic> = BTreeMap::new();
    let found = stream::iter(batch.iter())
        .map(|pending| date_one(client, pending, lists, options))
        .buffered(options.jobs.max(1))
        .collect::<Vec<_>>()
        .await;
    for (pending, found) in batch.iter_mut().zip(found) {
        match found {
            None => {}
            Some(Err(diagnostic)) => {
                failed.insert(pending.job.spec.name.clone(), diagnostic);
            }
            Some(Ok(dates)) => {
                for (tag, digest) in &dates.digests {
                    observations.digest(&pending.job.spec.repository, tag, digest);
                }
                pending.take_dates(dates);
            }
        }
    }
    let chosen = stream::iter(batch.iter_mut())
        .map(|pending| async move {
            let seen = confirm(client, pending, lists, options).await;
            (&pending.job.spec, seen)
        })
        .buffered(options.jobs.max(1))
        .collect::<Vec<_>>()
        .await;
    for (spec, seen) in chosen {
        match seen {
            Ok(seen) => {
                for (tag, digest) in seen {
                    observations.digest(&spec.repository, &tag, &digest);
                }
            }
            Err(diagnostic) => {
                failed.insert(spec.name.clone(), diagnostic);
            }
        }
    }
    group::exclude(batch, |pending| failed.get(&pending.job.spec.name).cloned())
}

/// Dates the candidates of one image; nothing if it does not choose by date, or has its dates.
async fn date_one(
    client: &Client,
    pending: &PendingJob,
    lists: &TagLists,
    options: &Options,
) -> Option<Result<Dates, Diagnostic>> {
    let spec = &pending.job.spec;
    if !pending.needs_tags() || !spec.policy.needs_dates() || !pending.dates.is_empty() {
        return None;
    }
    let tags = lists.get(&spec.repository)?.as_ref().ok()?;
    let candidates = spec.policy.dated_candidates(tags);
    let candidates: Vec<Tag> = candidates.into_iter().cloned().collect();
    let look = DateQuery::of(pending, options);
    let dates = fetch_dates(client, &spec.repository, &candidates, &look, options.jobs).await;
    Some(dates.map_err(|failure| Diagnostic::of(&failure)))
}
