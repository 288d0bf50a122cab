use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::image::{
    CREATED, Digest, Document, DocumentError, ImageConfig, Index, Manifest, Platform, Repository,
    Tag, created, media_type,
};
use crate::registry::{Client, ErrorKind, RegistryError, Target};
use crate::resolve::MissingPlatforms;
use crate::tag::Ledger;

/// What dates are judged by.
#[derive(Clone, Copy, Debug)]
pub struct DateQuery<'a> {
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

/// What a look at a tag's build date came to.
pub(super) struct BuildDates {
    pub(super) digest: Digest,
    /// When its publisher says that it was built.
    pub(super) since: Option<Timestamp>,
    /// That it cannot be pinned, since the registry does not have all of it.
    pub(super) missing_platforms: Option<MissingPlatforms>,
}

/// Reads what a tag names, and when its publisher says that it was built.
///
/// A tag that earlier runs looked at is asked for by HEAD, since its manifest is most likely in the cache.
pub(super) async fn built(
    client: &Client,
    repository: &Repository,
    tag: &Tag,
    look: &DateQuery<'_>,
) -> Result<BuildDates, Unreadable> {
    let mut target = Target::Tag(tag.clone());
    if look.ledger.digest(repository, tag).is_some() {
        target = client.head(repository, &target).await?.into();
    }
    let raw = client.manifest(repository, &target).await?;
    let dating = Dating {
        client,
        repository,
        look,
    };
    let (since, missing_platforms) = match raw.document()? {
        Document::Manifest(manifest) => (dating.of_manifest(&manifest).await?, None),
        Document::Index(index) => dating.of_index(index).await?,
    };
    Ok(BuildDates {
        digest: raw.digest,
        since,
        missing_platforms,
    })
}

struct Dating<'d> {
    client: &'d Client,
    repository: &'d Repository,
    look: &'d DateQuery<'d>,
}

impl Dating<'_> {
    /// Reads the build date of an index: the latest of the platforms that count, else its own.
    async fn of_index(
        &self,
        index: Index,
    ) -> Result<(Option<Timestamp>, Option<MissingPlatforms>), Unreadable> {
        let flat = self.client.flat_index(self.repository, index).await?;
        if flat.index.is_empty() && flat.missing.is_empty() {
            return Ok((None, Some(MissingPlatforms::Empty)));
        }
        let index = flat.index;
        let known = index.platforms();
        let wanted = self.look.platforms.iter();
        let is_wanted = |found: &Platform| wanted.clone().any(|wanted| wanted.admits(found));
        let counting = known.iter().filter(|(found, _)| is_wanted(found));
        let counting: Vec<(&Platform, &Digest)> = counting.collect();
        let (latest, missing_platforms) = if counting.is_empty() {
            self.of_any(&index).await?
        } else {
            let mut latest = None;
            let mut gone = Vec::new();
            for (platform, digest) in counting {
                match self.of_child(digest).await? {
                    Some(date) => latest = latest.max(date),
                    None => gone.push(platform.clone()),
                }
            }
            let is_whole = gone.is_empty();
            (
                latest,
                (!is_whole).then_some(MissingPlatforms::Gone { platforms: gone }),
            )
        };
        Ok((
            latest.or_else(|| self.noted(&index.annotations)),
            missing_platforms,
        ))
    }

    /// Reads the build date of the usual image, or of the next one that is there.
    async fn of_any(
        &self,
        index: &Index,
    ) -> Result<(Option<Timestamp>, Option<MissingPlatforms>), Unreadable> {
        let usual = index.usual_image();
        let others = index.images().filter(|child| Some(*child) != usual);
        for child in usual.into_iter().chain(others) {
            if let Some(date) = self.of_child(&child.digest).await? {
                return Ok((date, None));
            }
        }
        let platforms = index.platforms().into_keys().collect();
        Ok((None, Some(MissingPlatforms::Gone { platforms })))
    }

    /// Reads the build date of one image of an index; nothing if the registry does not have it.
    async fn of_child(&self, digest: &Digest) -> Result<Option<Option<Timestamp>>, Unreadable> {
        let target = Target::Digest(digest.clone());
        let raw = match self.client.manifest(self.repository, &target).await {
            Ok(raw) => raw,
            Err(error) if *error.kind() == ErrorKind::ManifestNotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match raw.document()? {
            Document::Manifest(manifest) => Ok(Some(self.of_manifest(&manifest).await?)),
            Document::Index(_) => Ok(Some(None)),
        }
    }

    /// Reads the build date of an image or an artifact: that of its config, else the one that its manifest notes.
    async fn of_manifest(&self, manifest: &Manifest) -> Result<Option<Timestamp>, Unreadable> {
        let mut date = None;
        if media_type::is_config(&manifest.config.media_type) {
            let blob = self.client.blob(self.repository, &manifest.config).await?;
            date = ImageConfig::parse(&blob)?.created;
        }
        let date = date.filter(|date| is_past(*date, self.look.now));
        Ok(date.or_else(|| self.noted(&manifest.annotations)))
    }

    fn noted(&self, annotations: &BTreeMap<String, String>) -> Option<Timestamp> {
        let date = annotations.get(CREATED).and_then(|text| created(text));
        date.filter(|date| is_past(*date, self.look.now))
    }
}

/// Returns `true` if a date can be true; clocks of builders may go wrong by a day.
pub(super) fn is_past(date: Timestamp, now: Timestamp) -> bool {
    date.duration_since(now) <= SignedDuration::from_hours(24)
}
