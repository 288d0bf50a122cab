use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use super::MissingPlatforms;
use super::fetch::Fetched;
use super::job::Job;
use super::pin::{PinContent, pin};
use super::unreadable_tag::unanswered;
use crate::error::Diagnostic;
use crate::image::{Digest, Platform, Tag};
use crate::lock::Pin;
use crate::registry::{Client, ErrorKind, Target, counts_pulls};

/// So many images of an index are asked for at once.
const JOBS: usize = 8;

/// Creates the lock's entry of what a policy chose, and makes sure that the registry has the images for the required
/// platforms: a HEAD request for each image of an index.
///
/// An index outlives its images where a clean-up deletes what has no tag. Docker Hub's own interface lists what
/// is there.
///
/// # Errors
///
/// A diagnostic if the registry does not answer.
pub(super) async fn pin_present(
    client: &Client,
    job: &Job,
    tag: &Tag,
    fetched: &Fetched,
) -> Result<Result<Pin, MissingPlatforms>, Diagnostic> {
    let entry = match pin(job, tag, &fetched.digest, &fetched.content) {
        Ok(entry) => entry,
        Err(missing_platforms) => return Ok(Err(missing_platforms)),
    };
    let is_required = !job.spec.platforms.is_empty();
    let is_index = matches!(fetched.content, PinContent::Index(_));
    if !is_required || !is_index || counts_pulls(&job.spec.repository) {
        return Ok(Ok(entry));
    }
    let platforms = gone(client, job, tag, &entry.platforms).await?;
    Ok(if platforms.is_empty() {
        Ok(entry)
    } else {
        Err(MissingPlatforms::Gone { platforms })
    })
}

/// Returns the platforms whose images the registry does not have, sorted.
async fn gone(
    client: &Client,
    job: &Job,
    tag: &Tag,
    platforms: &BTreeMap<Platform, Digest>,
) -> Result<Vec<Platform>, Diagnostic> {
    let images: BTreeSet<&Digest> = platforms.values().collect();
    let repository = &job.spec.repository;
    let answers = stream::iter(images)
        .map(|digest| async move {
            let target = Target::Digest(digest.clone());
            (digest, client.head(repository, &target).await)
        })
        .buffer_unordered(JOBS)
        .collect::<Vec<_>>()
        .await;
    let mut missing = BTreeSet::new();
    for (digest, answer) in answers {
        match answer {
            Ok(_) => {}
            Err(error) if *error.kind() == ErrorKind::ManifestNotFound => {
                missing.insert(digest);
            }
            Err(error) => return Err(unanswered(job, tag, &error)),
        }
    }
    let gone = platforms.iter();
    let gone = gone.filter(|(_, digest)| missing.contains(digest));
    Ok(gone.map(|(platform, _)| platform.clone()).collect())
}
