use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};

use super::choose::TagLists;
use super::examine::follows;
use super::open::Open;
use super::pin::{Content, known_platforms};
use super::plan::{Goal, Job};
use crate::error::Fault;
use crate::image::{Digest, Document, ImageConfig, Repository, Tag};
use crate::registry::{Client, RegistryError, Target, counts_pulls};

/// Asks for the tag lists that the open jobs need, each repository once.
pub(super) async fn fetch_tags(client: &Client, open: &[Open], jobs: usize) -> TagLists {
    let repositories: BTreeSet<&Repository> = open
        .iter()
        .filter(|open| open.needs_tags())
        .map(|open| &open.job.spec.repository)
        .collect();
    stream::iter(repositories)
        .map(|repository| async move { (repository.clone(), client.tags(repository).await) })
        .buffer_unordered(jobs)
        .collect()
        .await
}

/// Asks for the digests of the pins that may stay, while their tag lists are under way: so an image that did
/// not change costs the time of one request. What comes of it the client remembers.
pub(super) async fn look_ahead(client: &Client, open: &[Open], jobs: usize) {
    let pins = open
        .iter()
        .filter(|open| open.needs_tags())
        .filter_map(|open| {
            let entry = open.job.current()?;
            let spec = &open.job.spec;
            let may_stay = spec.policy.allows(&entry.tag) && follows(&open.job);
            may_stay.then_some((&spec.repository, &entry.tag))
        });
    stream::iter(pins)
        .for_each_concurrent(jobs, |(repository, tag)| async move {
            // A failure is told where the answer is needed.
            let _answer = client.head(repository, &Target::Tag(tag.clone())).await;
        })
        .await;
}

/// Why the content of a tag could not be read.
pub(super) type Refusal = Box<dyn Fault + Send + Sync>;

/// Asks what a tag holds now.
///
/// A pin whose tag stays costs a HEAD, which went out with the tag list; a new tag or a moved digest one
/// manifest GET. On Docker Hub,
/// where a manifest GET counts as a pull, it is a HEAD and the Hub's tag API, and the manifest only
/// where the two disagree.
///
/// Where the age of what the tag names is known already, `seen` is that digest, and what is read is its
/// content: the tag may have moved since.
pub(super) async fn fetch_content(
    client: &Client,
    job: &Job,
    tag: &Tag,
    seen: Option<&Digest>,
) -> Result<(Digest, Content), Refusal> {
    let repository = &job.spec.repository;
    if let Goal::Platforms(tag, digest) = &job.goal {
        let content = fetch_platforms(client, job, tag, digest).await?;
        return Ok((digest.clone(), content));
    }
    let current = job.current().filter(|entry| entry.tag == *tag);
    if current.is_none() && !counts_pulls(repository) {
        let target = seen.map_or_else(|| Target::Tag(tag.clone()), |seen| seen.clone().into());
        let manifest = client
            .manifest(repository, &target)
            .await
            .map_err(refusal)?;
        let content = read_content(client, job, &manifest.document().map_err(refuse)?).await?;
        return Ok((manifest.digest, content));
    }
    let digest = client
        .head(repository, &Target::Tag(tag.clone()))
        .await
        .map_err(refusal)?;
    let unmoved = current.filter(|entry| entry.digest == digest);
    let content = match unmoved.and_then(|entry| known_platforms(&job.spec, entry)) {
        Some(platforms) => Content::Known(platforms),
        None => fetch_platforms(client, job, tag, &digest).await?,
    };
    Ok((digest, content))
}

/// Reads the platforms behind a digest, on Docker Hub without a pull where that can be.
pub(super) async fn fetch_platforms(
    client: &Client,
    job: &Job,
    tag: &Tag,
    digest: &Digest,
) -> Result<Content, Refusal> {
    let repository = &job.spec.repository;
    if counts_pulls(repository) {
        let hub = client.hub_tag(repository, tag).await.map_err(refusal)?;
        if let Some(hub) =
            hub.filter(|hub| hub.digest.as_ref() == Some(digest) && !hub.platforms.is_empty())
        {
            let mut platforms = hub.platforms.iter();
            return Ok(match (platforms.next(), platforms.next()) {
                (Some((platform, child)), None) if child == digest => {
                    Content::Single(Some(platform.clone()))
                }
                _ => Content::Index(hub.platforms),
            });
        }
    }
    let manifest = client
        .manifest(repository, &Target::Digest(digest.clone()))
        .await
        .map_err(refusal)?;
    read_content(client, job, &manifest.document().map_err(refuse)?).await
}

async fn read_content(client: &Client, job: &Job, document: &Document) -> Result<Content, Refusal> {
    match document {
        Document::Index(index) => Ok(Content::Index(index.platforms())),
        Document::Manifest(_) if job.spec.platforms.is_empty() => Ok(Content::Single(None)),
        Document::Manifest(manifest) => {
            let blob = client
                .blob(&job.spec.repository, &manifest.config)
                .await
                .map_err(refusal)?;
            let config = ImageConfig::parse(&blob).map_err(refuse)?;
            Ok(Content::Single(config.platform))
        }
    }
}

fn refusal(error: RegistryError) -> Refusal {
    Box::new(error)
}

fn refuse(error: crate::image::DocumentError) -> Refusal {
    Box::new(error)
}
