use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::DateFailure;
use super::built::{BuildDates, DateQuery, Unreadable, built};
use super::pushed::pushed;
use super::told::fetch_told;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{Client, ErrorKind, RegistryError, Target, counts_pulls};
use crate::resolve::MissingPlatforms;
use crate::tag::{Age, Evidence};

/// The most candidates of one image that are dated.
pub const MAX_CANDIDATES: usize = 5_000;
/// The most of them where each manifest counts as a pull: half of what a user without a login has.
const MAX_COUNTED: usize = 50;

/// The dates of all candidates, by one kind of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The ages; tags that were gone when they were looked at are left out.
    pub ages: BTreeMap<Tag, Age>,
    /// What the tags name, for the [`Observations`](crate::tag::Observations).
    pub digests: BTreeMap<Tag, Digest>,
    /// What the other tags name by the word of the registry's own interface alone, which may lag behind:
    /// one that is chosen has to be confirmed.
    pub told: BTreeMap<Tag, Digest>,
    /// The tags that cannot be pinned, since the registry does not have all of what they name.
    pub missing_platforms: BTreeMap<Tag, MissingPlatforms>,
}

/// What a look at one tag came to; nothing if it is gone.
type FoundDates = Option<(Digest, Option<Timestamp>)>;

/// Dates all candidates: never a part of them, since the choice would depend on which.
///
/// # Errors
///
/// [`DateFailure`] for the first candidate, in the order of the names, that cannot be dated, and for
/// too many of them.
pub async fn fetch_dates(
    client: &Client,
    repository: &Repository,
    candidates: &[Tag],
    look: &DateQuery<'_>,
    jobs: usize,
) -> Result<Dates, DateFailure> {
    let candidates: BTreeSet<&Tag> = candidates.iter().collect();
    let count = candidates.len();
    if count > MAX_CANDIDATES {
        return Err(DateFailure::TooMany {
            repository: repository.clone(),
            count,
            most: MAX_CANDIDATES,
        });
    }
    if client.publishes_push_times(repository)
        && let Some(dates) = pushes(client, repository, &candidates, look, jobs).await?
    {
        return Ok(dates);
    }
    fetch_builds(client, repository, &candidates, look, jobs).await
}

/// Dates all candidates by the publishers' word.
pub(in crate::resolve) async fn fetch_builds(
    client: &Client,
    repository: &Repository,
    candidates: &BTreeSet<&Tag>,
    look: &DateQuery<'_>,
    jobs: usize,
) -> Result<Dates, DateFailure> {
    let count = candidates.len();
    if counts_pulls(repository) && count > MAX_COUNTED {
        return Err(DateFailure::TooMany {
            repository: repository.clone(),
            count,
            most: MAX_COUNTED,
        });
    }
    // In order, so that the same candidate is named whichever answer is the first.
    let mut found = stream::iter(candidates)
        .map(|tag| async move { (*tag, build(client, repository, tag, look).await) })
        .buffered(jobs.max(1));
    let mut dates = Dates::default();
    while let Some((tag, found)) = found.next().await {
        match found? {
            None => {}
            Some(BuildDates {
                missing_platforms: Some(missing_platforms),
                ..
            }) => {
                dates
                    .missing_platforms
                    .insert(tag.clone(), missing_platforms);
            }
            Some(BuildDates {
                digest,
                since: Some(since),
                ..
            }) => dates.add(tag, digest, since, Evidence::Publisher),
            Some(_) => {
                return Err(DateFailure::missing(
                    repository,
                    tag,
                    "it says no usable build date",
                ));
            }
        }
    }
    Ok(dates)
}

/// Returns the dates that the registry tells; nothing if it does not tell them all.
///
/// The inventory tells many at once. What it lacks is asked for singly.
async fn pushes(
    client: &Client,
    repository: &Repository,
    candidates: &BTreeSet<&Tag>,
    look: &DateQuery<'_>,
    jobs: usize,
) -> Result<Option<Dates>, DateFailure> {
    let tags: Vec<&Tag> = candidates.iter().copied().collect();
    let Some(first) = tags.first() else {
        return Ok(Some(Dates::default()));
    };
    let told = fetch_told(client, repository, &tags, look.now).await;
    let told = told.map_err(|error| DateFailure::registry(first, error))?;
    if !client.publishes_push_times(repository) {
        return Ok(None);
    }
    let mut dates = Dates::default();
    let rest = tags.into_iter().filter(|tag| !told.contains_key(*tag));
    let rest: Vec<&Tag> = rest.collect();
    let mut found = stream::iter(rest)
        .map(|tag| async move {
            match there(pushed(client, repository, tag, look.now).await) {
                Ok(found) => Ok((tag, found)),
                Err(error) => Err(DateFailure::registry(tag, error)),
            }
        })
        .buffered(jobs.max(1));
    while let Some((tag, found)) = found.try_next().await? {
        match found {
            None => {}
            Some((digest, Some(since))) => dates.add(tag, digest, since, Evidence::Registry),
            Some((_, None)) => {
                client.disable_tag_metadata(repository, "it does not tell of every tag");
                return Ok(None);
            }
        }
    }
    for (tag, told) in told {
        dates.ages.insert(tag.clone(), told.age);
        dates.told.insert(tag, told.digest);
    }
    Ok(Some(dates))
}

async fn build(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    look: &DateQuery<'_>,
) -> Result<Option<BuildDates>, DateFailure> {
    match built(client, repository, tag, look).await {
        Ok(found) => Ok(Some(found)),
        Err(Unreadable::Registry(error)) if is_gone(&error) => Ok(None),
        Err(Unreadable::Registry(error)) if *error.kind() == ErrorKind::Schema1 => {
            Err(DateFailure::missing(repository, tag, &error.to_string()))
        }
        Err(Unreadable::Registry(error)) => Err(DateFailure::registry(tag, error)),
        Err(Unreadable::Document(error)) => {
            Err(DateFailure::missing(repository, tag, &error.to_string()))
        }
    }
}

/// Takes a tag that is gone since it was listed for none.
fn there(
    found: Result<(Digest, Option<Timestamp>), RegistryError>,
) -> Result<FoundDates, RegistryError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_gone(error: &RegistryError) -> bool {
    let of_tag = matches!(error.target(), Some(Target::Tag(_)));
    of_tag && *error.kind() == ErrorKind::ManifestNotFound
}

impl Dates {
    fn add(&mut self, tag: &Tag, digest: Digest, since: Timestamp, evidence: Evidence) {
        self.ages.insert(tag.clone(), Age { since, evidence });
        self.digests.insert(tag.clone(), digest);
    }
}
