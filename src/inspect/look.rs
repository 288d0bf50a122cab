use std::collections::BTreeMap;

use futures_util::future::join;
use futures_util::{StreamExt, stream};

use super::choose::choose;
use super::index::{attestations, children, predicate_types};
use super::raw::{child_of, flat, image_config, parse, parse_top, top};
use super::{
    Artifact, Attestation, Child, Image, InspectError, Inspection, Kind, Options, Referrers,
};
use crate::error::{Code, Fault};
use crate::image::{
    Descriptor, Digest, Document, Index, Manifest, Platform, RawManifest, Reference, Tag,
};
use crate::registry::{Client, Target, counts_pulls};

/// How many attestations are read at once.
const JOBS: usize = 8;
/// How many attestations of an index are read: more than any that is built has, and no 27,000, which fit
/// into one that is made up.
const MOST_READ: usize = 256;

/// Describes what a reference points to; without a tag or a digest, the default is `latest`.
///
/// If the list of referrers or an attestation cannot be read, the result says so, and the rest is still
/// valid.
///
/// # Errors
///
/// [`InspectError`] if the registry does not have the reference, if it is not a known manifest, or if there
/// is no image for the requested platform.
pub async fn inspect(
    client: &Client,
    reference: &Reference,
    options: &Options,
) -> Result<Inspection, InspectError> {
    let raw = top(client, reference).await?;
    let document = parse_top(reference, &raw)?;
    let look = Inspector {
        client,
        reference,
        options,
    };
    // Boxed, since the futures of requests are large.
    let (referrers, content) = join(
        Box::pin(look.referrers(&raw.digest)),
        Box::pin(look.content(&raw, &document)),
    )
    .await;
    let content = content?;
    let mut inspection = Inspection {
        reference: in_full(reference),
        digest: raw.digest,
        media_type: raw.media_type,
        size_bytes: raw.bytes.len() as u64,
        kind: content.kind(),
        artifact_type: None,
        platforms: content.platforms,
        indexes: content.indexes,
        missing: content.missing,
        attestations: content.attestations,
        annotations: BTreeMap::new(),
        subject: None,
        referrers,
        image: content.image,
        artifact: content.artifact,
    };
    match document {
        Document::Index(index) => {
            inspection.kind = Kind::Index;
            inspection.tell(&index.media_type, index.artifact_type);
            inspection.annotations = index.annotations;
            inspection.subject = index.subject.map(|subject| subject.digest);
        }
        Document::Manifest(manifest) => {
            inspection.tell(&manifest.media_type, manifest.artifact_type);
            inspection.annotations = manifest.annotations;
            inspection.subject = manifest.subject.map(|subject| subject.digest);
        }
    }
    Ok(inspection)
}

impl Inspection {
    /// Takes what a document says of its type: that stands in the bytes, the registry's word does not.
    fn tell(&mut self, media_type: &str, artifact_type: Option<String>) {
        if !media_type.is_empty() {
            self.media_type = media_type.into();
        }
        self.artifact_type = artifact_type;
    }
}

fn in_full(reference: &Reference) -> Reference {
    let (tag, digest) = (reference.tag().cloned(), reference.digest().cloned());
    let tag = tag.or_else(|| digest.is_none().then(Tag::latest));
    Reference::new(reference.repository().clone(), tag, digest)
}

struct Inspector<'l> {
    client: &'l Client,
    reference: &'l Reference,
    options: &'l Options,
}

/// What is read below a document.
#[derive(Default)]
struct InspectedContent {
    platforms: Vec<Child>,
    indexes: Vec<Digest>,
    missing: Vec<Digest>,
    attestations: Vec<Attestation>,
    image: Option<Image>,
    artifact: Option<Artifact>,
}

impl InspectedContent {
    fn kind(&self) -> Kind {
        if self.artifact.is_some() {
            Kind::Artifact
        } else {
            Kind::Image
        }
    }
}

impl Inspector<'_> {
    async fn referrers(&self, digest: &Digest) -> Option<Referrers> {
        if !self.options.referrers {
            return None;
        }
        let repository = self.reference.repository();
        let found = self.client.referrers(repository, digest, None).await;
        Some(Referrers::of(found))
    }

    async fn content(
        &self,
        raw: &RawManifest,
        document: &Document,
    ) -> Result<InspectedContent, InspectError> {
        let platform = self.options.platform.as_ref();
        match document {
            Document::Manifest(manifest) => {
                self.image(raw.digest.clone(), manifest, platform).await
            }
            Document::Index(index) => {
                let flat = flat(self.client, self.reference, index.clone()).await?;
                let mut content = self.child(&flat.index, platform).await?;
                content.platforms = children(&flat.index);
                let digests = |found: Vec<Descriptor>| found.into_iter().map(|found| found.digest);
                content.indexes = digests(flat.nested).collect();
                content.missing.extend(digests(flat.missing));
                Ok(content)
            }
        }
    }

    /// Reads the image of one platform, and the attestations that are to be read.
    async fn child(
        &self,
        index: &Index,
        platform: Option<&Platform>,
    ) -> Result<InspectedContent, InspectError> {
        let chosen = choose(self.reference, index, platform)?;
        let mut all = attestations(index);
        let is_read = |attestation: &Attestation| {
            let repository = self.reference.repository();
            let is_shown =
                chosen.is_some_and(|child| attestation.of.as_ref() == Some(&child.digest));
            self.options.attestations || (is_shown && !counts_pulls(repository))
        };
        let read = stream::iter(&mut all)
            .filter(|attestation| std::future::ready(is_read(attestation)))
            .take(MOST_READ)
            .for_each_concurrent(JOBS, |attestation| async move {
                attestation.predicate_types = self.predicates(&attestation.digest).await;
            });
        let image = async {
            let Some(child) = chosen else {
                return Ok(InspectedContent::default());
            };
            let raw = match child_of(self.client, self.reference, child).await {
                Ok(raw) => raw,
                Err(error) if platform.is_none() && error.code() == Code::ManifestNotFound => {
                    let missing = vec![child.digest.clone()];
                    return Ok(InspectedContent {
                        missing,
                        ..InspectedContent::default()
                    });
                }
                Err(error) => return Err(error),
            };
            match parse(self.reference, &raw)? {
                Document::Manifest(manifest) => self.image(raw.digest, &manifest, None).await,
                // What it said to be an image is none.
                Document::Index(_) => Ok(InspectedContent::default()),
            }
        };
        let (image, ()) = join(Box::pin(image), Box::pin(read)).await;
        let mut content = image?;
        content.attestations = all;
        if let (Some(image), Some(child)) = (&mut content.image, chosen) {
            image.learn(child);
        }
        Ok(content)
    }

    async fn image(
        &self,
        digest: Digest,
        manifest: &Manifest,
        platform: Option<&Platform>,
    ) -> Result<InspectedContent, InspectError> {
        let config = image_config(self.client, self.reference, manifest, platform).await?;
        let mut content = InspectedContent::default();
        match config {
            Some(config) => content.image = Some(Image::new(digest, manifest, config)),
            None => content.artifact = Some(Artifact::new(digest, manifest)),
        }
        Ok(content)
    }

    /// Reads what an attestation states; nothing if it cannot be read.
    async fn predicates(&self, digest: &Digest) -> Option<Vec<String>> {
        let target = Target::Digest(digest.clone());
        let repository = self.reference.repository();
        let raw = self.client.manifest(repository, &target).await.ok()?;
        match raw.document().ok()? {
            Document::Manifest(manifest) => Some(predicate_types(&manifest)),
            Document::Index(_) => None,
        }
    }
}
