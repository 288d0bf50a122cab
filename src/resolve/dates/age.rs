use jiff::Timestamp;

use super::built::{DateQuery, Unreadable, built};
use super::pushed::pushed;
use crate::image::{Digest, Repository, Tag};
use crate::registry::{Client, RegistryError, Target};
use crate::resolve::MissingPlatforms;
use crate::tag::{Age, Evidence};

/// What a look at a tag's age came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aged {
    /// The age by the best evidence there is; none if nobody knows.
    pub age: Option<Age>,
    /// What the tag names, if it was looked at: for the [`Observations`](crate::tag::Observations).
    pub digest: Option<Digest>,
    /// That the tag cannot be pinned, if a look for its build date came to that.
    pub missing_platforms: Option<MissingPlatforms>,
}

/// Looks for the age of what a tag names, by the first kind of evidence that has one.
///
/// An image that cannot be read as one has no build date; that is no failure here. A transparency log
/// is not asked yet.
///
/// # Errors
///
/// [`RegistryError`] if the registry does not answer, or the tag is gone.
pub async fn fetch_age(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    wanted: &[Evidence],
    look: &DateQuery<'_>,
) -> Result<Aged, RegistryError> {
    let mut aged = Aged::default();
    for evidence in wanted {
        let found = match evidence {
            Evidence::Registry if !client.publishes_push_times(repository) => None,
            Evidence::Registry => Some(pushed(client, repository, tag, look.now).await?),
            Evidence::TransparencyLog => None,
            Evidence::Observed => Some(observed(client, repository, tag, look).await?),
            Evidence::Publisher => match built(client, repository, tag, look).await {
                Ok(built) => {
                    aged.missing_platforms = built.missing_platforms;
                    Some((built.digest, built.since))
                }
                Err(Unreadable::Registry(error)) => return Err(error),
                Err(Unreadable::Document(_)) => None,
            },
        };
        let Some((digest, since)) = found else {
            continue;
        };
        aged.digest = Some(digest);
        if let Some(since) = since {
            let evidence = *evidence;
            aged.age = Some(Age { since, evidence });
            break;
        }
    }
    Ok(aged)
}

async fn observed(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    look: &DateQuery<'_>,
) -> Result<(Digest, Option<Timestamp>), RegistryError> {
    let digest = client.head(repository, &Target::Tag(tag.clone())).await?;
    let since = look.ledger.since(repository, tag, &digest, look.now);
    Ok((digest, since))
}
