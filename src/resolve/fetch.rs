use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};

use super::job::{Goal, Job};
use super::known_platforms::known_platforms;
use super::pending_job::PendingJob;
use super::pin::PinContent;
use super::tag_lists::TagLists;
use super::unreadable_tag::{unanswered, unreadable, unusable};
use crate::error::{Code, Diagnostic};
use crate::image::{Digest, Document, ImageConfig, Index, Platform, Repository, Tag};
use crate::registry::{Client, Target, counts_pulls};

/// Asks for the tag lists that the open jobs need, each repository once.
pub(super) async fn fetch_tags(client: &Client, pending: &[PendingJob], jobs: usize) -> TagLists {
    let repositories: BTreeSet<&Repository> = pending
        .iter()
        .filter(|pending| pending.needs_tags())
        .map(|pending| &pending.job.spec.repository)
        .collect();
    stream::iter(repositories)
        .map(|repository| async move { (repository.clone(), client.tags(repository).await) })
        .buffer_unordered(jobs)
        .collect()
        .await
}

/// Asks for the digests of the pins that may stay, while their tag lists are under way: so an image that did
/// not change costs the time of one request. What comes of it the client remembers.
pub(super) async fn look_ahead(client: &Client, pending: &[PendingJob], jobs: usize) {
    let pins = pending
        .iter()
        .filter(|pending| pending.needs_tags())
        .filter_map(|pending| {
            let entry = pending.job.current()?;
            let spec = &pending.job.spec;
            let may_stay = spec.policy.allows(&entry.tag) && pending.job.follows();
            may_stay.then_some((&spec.repository, &entry.tag))
        });
    stream::iter(pins)
        .for_each_concurrent(jobs, |(repository, tag)| async move {
            // A failure is told where the answer is needed.
            let _answer = client.head(repository, &Target::Tag(tag.clone())).await;
        })
        .await;
}

/// What a tag holds now.
pub(super) struct Fetched {
    pub(super) digest: Digest,
    pub(super) content: PinContent,
    /// What is odd in it.
    pub(super) notice: Option<Diagnostic>,
}

/// Asks what a tag holds now.
///
/// A pin whose tag stays costs a HEAD, which went out with the tag list; a new tag or a moved digest one
/// manifest GET, and more only for what an index leaves to other documents. On Docker Hub,
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
) -> Result<Fetched, Diagnostic> {
    let repository = &job.spec.repository;
    if let Goal::Platforms(tag, digest) = &job.goal {
        return fetch_platforms(client, job, tag, digest).await;
    }
    let current = job.current().filter(|entry| entry.tag == *tag);
    if current.is_none() && !counts_pulls(repository) {
        let target = seen.map_or_else(|| Target::Tag(tag.clone()), |seen| seen.clone().into());
        return fetch_manifest(client, job, tag, &target).await;
    }
    let digest = client
        .head(repository, &Target::Tag(tag.clone()))
        .await
        .map_err(|error| unanswered(job, tag, &error))?;
    let unmoved = current.filter(|entry| entry.digest == digest);
    match unmoved.and_then(|entry| known_platforms(&job.spec, entry)) {
        Some(platforms) => Ok(Fetched {
            digest,
            content: PinContent::Known(platforms),
            notice: None,
        }),
        None => fetch_platforms(client, job, tag, &digest).await,
    }
}

/// Reads the platforms behind a digest, on Docker Hub without a pull where that can be.
pub(super) async fn fetch_platforms(
    client: &Client,
    job: &Job,
    tag: &Tag,
    digest: &Digest,
) -> Result<Fetched, Diagnostic> {
    let repository = &job.spec.repository;
    if counts_pulls(repository) {
        let hub = client.hub_tag(repository, tag).await;
        let hub = hub.map_err(|error| unanswered(job, tag, &error))?;
        if let Some(hub) =
            hub.filter(|hub| hub.digest.as_ref() == Some(digest) && !hub.platforms.is_empty())
        {
            let mut platforms = hub.platforms.iter();
            let content = match (platforms.next(), platforms.next()) {
                (Some((platform, child)), None) if child == digest => {
                    PinContent::Single(Some(platform.clone()))
                }
                _ => PinContent::Index(hub.platforms),
            };
            return Ok(Fetched {
                digest: digest.clone(),
                content,
                notice: None,
            });
        }
    }
    fetch_manifest(client, job, tag, &digest.clone().into()).await
}

async fn fetch_manifest(
    client: &Client,
    job: &Job,
    tag: &Tag,
    target: &Target,
) -> Result<Fetched, Diagnostic> {
    let repository = &job.spec.repository;
    let failed = |error| unanswered(job, tag, &error);
    let unread = |error| unreadable(job, tag, &error);
    let raw = client.manifest(repository, target).await.map_err(failed)?;
    let mut notice = None;
    let content = match raw.document().map_err(unread)? {
        Document::Index(index) => {
            let flat = client.flat_index(repository, index).await;
            let flat = flat.map_err(|error| unusable(job, tag, &error))?;
            notice = repeated(job, tag, &flat.index);
            if !flat.index.is_empty() {
                PinContent::Index(flat.index.platforms())
            } else if flat.missing.is_empty() {
                PinContent::Empty
            } else {
                PinContent::Gone(flat.missing_platforms())
            }
        }
        Document::Manifest(_) if job.spec.platforms.is_empty() => PinContent::Single(None),
        Document::Manifest(manifest) => {
            if let Some(artifact_type) = manifest.artifact() {
                PinContent::Artifact(artifact_type.into())
            } else {
                let blob = client.blob(repository, &manifest.config).await;
                let config = ImageConfig::parse(&blob.map_err(failed)?).map_err(unread)?;
                PinContent::Single(config.platform)
            }
        }
    };
    Ok(Fetched {
        digest: raw.digest,
        content,
        notice,
    })
}

/// Says that an index has several images for a platform, if the pin has that platform.
fn repeated(job: &Job, tag: &Tag, index: &Index) -> Option<Diagnostic> {
    let wanted = &job.spec.platforms;
    let is_pinned =
        |found: &Platform| wanted.is_empty() || wanted.iter().any(|wanted| wanted.admits(found));
    let repeated = index.repeated_platforms().into_iter().filter(is_pinned);
    let repeated: Vec<String> = repeated.map(|platform| platform.to_string()).collect();
    if repeated.is_empty() {
        return None;
    }
    let message = format!(
        "the index of {tag} has more than one image for {}; the first one is pinned",
        repeated.join(", ")
    );
    let diagnostic = Diagnostic::new(Code::RepeatedPlatform, message);
    Some(
        diagnostic
            .subject(&job.spec.name)
            .at(job.spec.place.clone())
            .help(format!(
                "compare the images with `imagelock inspect {}:{tag}`",
                job.spec.repository
            )),
    )
}
