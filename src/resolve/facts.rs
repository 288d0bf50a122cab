use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use crate::image::{Digest, Document, ImageConfig, Index, Manifest, Repository, media_type};
use crate::registry::{Client, Target, counts_pulls};
use crate::tag::{ImageFacts, Origin};

/// An image whose facts a report shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The repository.
    pub repository: Repository,
    /// The pinned digest.
    pub digest: Digest,
}

/// What is known of a [`Subject`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownFacts {
    /// Date, source and revision.
    pub facts: ImageFacts,
    /// The index, if the digest is one's, with the images of indexes within it in their places.
    pub index: Option<Index>,
}

/// How many images a report asks about where each manifest counts as a pull.
const COUNTED_SUBJECTS: usize = 10;

/// Asks for the facts of images that changed: dates, sources and revisions.
///
/// They only inform, so an image that cannot be read is left out instead of failing the run. Of
/// Docker Hub's images at most ten are asked for, since its manifests count as pulls.
pub async fn fetch_facts(
    client: &Client,
    subjects: BTreeSet<Subject>,
    jobs: usize,
) -> BTreeMap<Subject, KnownFacts> {
    let (counted, free): (Vec<_>, Vec<_>) = subjects
        .into_iter()
        .partition(|subject| counts_pulls(&subject.repository));
    stream::iter(
        free.into_iter()
            .chain(counted.into_iter().take(COUNTED_SUBJECTS)),
    )
    .map(|subject| async move {
        let known = fetch_one(client, &subject).await;
        known.map(|known| (subject, known))
    })
    .buffer_unordered(jobs.max(1))
    .filter_map(|known| async { known })
    .collect()
    .await
}

async fn fetch_one(client: &Client, subject: &Subject) -> Option<KnownFacts> {
    let mut known = KnownFacts::default();
    let manifest = match fetch_document(client, subject, &subject.digest).await? {
        Document::Manifest(manifest) => Some(manifest),
        Document::Index(index) => {
            known
                .facts
                .learn(&index.annotations, Origin::IndexAnnotation);
            let flat = client.flat_index(&subject.repository, index.clone()).await;
            let index = flat.map_or(index, |flat| flat.index);
            let child = index.usual_image().filter(|_| !known.facts.is_complete());
            let child = child.map(|child| child.digest.clone());
            known.index = Some(index);
            match child {
                Some(digest) => match fetch_document(client, subject, &digest).await {
                    Some(Document::Manifest(manifest)) => Some(manifest),
                    _ => None,
                },
                None => None,
            }
        }
    };
    if let Some(manifest) = manifest {
        learn_from_manifest(client, subject, &manifest, &mut known.facts).await;
    }
    Some(known)
}

async fn fetch_document(client: &Client, subject: &Subject, digest: &Digest) -> Option<Document> {
    let target = Target::Digest(digest.clone());
    client
        .manifest(&subject.repository, &target)
        .await
        .ok()?
        .document()
        .ok()
}

async fn learn_from_manifest(
    client: &Client,
    subject: &Subject,
    manifest: &Manifest,
    facts: &mut ImageFacts,
) {
    facts.learn(&manifest.annotations, Origin::ManifestAnnotation);
    if facts.is_complete() || !media_type::is_config(&manifest.config.media_type) {
        return;
    }
    if let Ok(blob) = client.blob(&subject.repository, &manifest.config).await
        && let Ok(config) = ImageConfig::parse(&blob)
    {
        facts.learn_from_config(&config);
    }
}
