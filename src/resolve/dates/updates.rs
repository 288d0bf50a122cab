use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::{DateQuery, fetch_age};
use crate::registry::Client;
use crate::resolve::{Options, Plan, Resolution};
use crate::tag::{Age, Evidence};

/// Looks for the ages of the tags that pins would move to, by the images' names.
///
/// Every kind of evidence is asked for, the best first: what is told here informs and decides nothing.
/// What cannot be had is left out.
pub async fn fetch_update_ages(
    client: &Client,
    plan: &Plan,
    resolution: &Resolution,
    options: &Options,
) -> BTreeMap<String, Age> {
    let moves = plan.jobs.iter().filter_map(|job| {
        // Where the image failed, that is the old pin, which may be of another repository.
        let new = resolution.image(&job.spec.name)?;
        if new.image != job.spec.repository {
            return None;
        }
        let old = job.current().map(|entry| (&entry.tag, &entry.digest));
        (old != Some((&new.tag, &new.digest))).then_some((job, &new.tag))
    });
    let all = Evidence::NAMES.map(|(_, evidence)| evidence);
    stream::iter(moves)
        .map(|(job, tag)| async move {
            let look = DateQuery {
                platforms: &job.spec.platforms,
                ledger: &options.ledger,
                now: options.now,
            };
            let aged = fetch_age(client, &job.spec.repository, tag, &all, &look).await;
            Some((job.spec.name.clone(), aged.ok()?.age?))
        })
        .buffer_unordered(options.jobs.max(1))
        .filter_map(|age| async { age })
        .collect()
        .await
}
