use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::image::{
    Descriptor, Digest, Document, DocumentError, ImageConfig, Index, Platform, RawManifest,
    Repository, Tag, media_type,
};
use crate::registry::{Client, RegistryError, Target};
use crate::tag::Ledger;

/// What dates are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The platforms that count; without any, or where an index has none of them, `linux/amd64` or the
    /// first.
    pub platforms: &'a [Platform],
    /// What earlier runs observed.
    pub ledger: &'a Ledger,
    /// The time now; dates that lie more than a day after it are none.
    pub now: Timestamp,
}

/// Why a build date could not be read.
#[derive(Debug, Error)]
pub(super) enum Unreadable {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Reads what a tag names, and when its publisher says that it was built.
///
/// A tag that earlier runs looked at is asked for by HEAD, since its manifest is most likely in the cache.
pub(super) async fn built(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    look: &Look<'_>,
) -> Result<(Digest, Option<Timestamp>), Unreadable> {
    let mut target = Target::Tag(tag.clone());
    if look.ledger.digest(repository, tag).is_some() {
        target = client.head(repository, &target).await?.into();
    }
    let manifest = client.manifest(repository, &target).await?;
    let date = date_of(client, repository, &manifest, look).await?;
    Ok((manifest.digest, date))
}

/// Reads the build date of an image; of an index, the latest of the platforms that count.
async fn date_of(
    client: &Client,
    repository: &Repository,
    raw: &RawManifest,
    look: &Look<'_>,
) -> Result<Option<Timestamp>, Unreadable> {
    let children = match raw.document()? {
        Document::Manifest(manifest) => {
            return date_in_config(client, repository, &manifest.config, look.now).await;
        }
        Document::Index(index) => counting(&index, look.platforms),
    };
    let mut latest = None;
    for digest in children {
        let raw = client.manifest(repository, &digest.into()).await?;
        // An index within an index has no platform of its own.
        if let Document::Manifest(manifest) = raw.document()? {
            let date = date_in_config(client, repository, &manifest.config, look.now).await?;
            latest = latest.max(date);
        }
    }
    Ok(latest)
}

fn counting(index: &Index, platforms: &[Platform]) -> Vec<Digest> {
    let known = index.platforms();
    let wanted = platforms.iter().filter_map(|platform| known.get(platform));
    let wanted: Vec<Digest> = wanted.cloned().collect();
    if wanted.is_empty() {
        let usual = index.usual_image().map(|child| child.digest.clone());
        return usual.into_iter().collect();
    }
    wanted
}

async fn date_in_config(
    client: &Client,
    repository: &Repository,
    config: &Descriptor,
    now: Timestamp,
) -> Result<Option<Timestamp>, Unreadable> {
    if !media_type::is_config(&config.media_type) {
        return Ok(None);
    }
    let blob = client.blob(repository, config).await?;
    let created = ImageConfig::parse(&blob)?.created;
    Ok(created.filter(|date| is_past(*date, now)))
}

/// Says whether a date can be true; clocks of builders may go wrong by a day.
pub(super) fn is_past(date: Timestamp, now: Timestamp) -> bool {
    date.duration_since(now) <= SignedDuration::from_hours(24)
}
