//! What an index leaves to other documents: the images of indexes within it, the platforms of children that say
//! none, and whether what claims a platform is an image at all.
//!
//! An ordinary index, whose children are images of a platform each, costs no request.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::client::{Client, context};
use super::error::{ErrorKind, RegistryError};
use super::request_error::RequestError;
use super::target::Target;
use crate::image::{Descriptor, Digest, Document, ImageConfig, Index, Platform, Repository};

/// So many indexes may be within each other, the outermost one included.
const DEEPEST: usize = 3;
/// So many children of an index are looked at, those of the indexes within it included.
const MOST_LOOKS: usize = 64;
/// So many of them at once.
const JOBS: usize = 8;

/// An index with its nested indexes replaced by their images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatIndex {
    /// The index: no child that could be read is an index, and each names its platform if it has one.
    pub index: Index,
    /// The nested indexes, in order.
    pub nested: Vec<Descriptor>,
    /// The children that the registry does not have, as far as they were requested, in order.
    pub missing: Vec<Descriptor>,
}

impl FlatIndex {
    /// Returns the platforms of missing children, sorted.
    pub fn missing_platforms(&self) -> Vec<Platform> {
        let claimed = self
            .missing
            .iter()
            .filter_map(|child| child.platform.clone());
        let claimed: BTreeSet<Platform> = claimed.collect();
        claimed.into_iter().collect()
    }
}

/// What a child turned out to be.
#[derive(Clone)]
enum ChildLookup {
    Missing,
    Index(Vec<Descriptor>),
    Artifact(String),
    Image(Option<Platform>),
    /// It cannot be read, and stays as its index describes it.
    Unreadable,
}

/// What was found so far.
struct IndexWalk<'w> {
    client: &'w Client,
    repository: &'w Repository,
    seen: BTreeMap<Digest, ChildLookup>,
    nested: Vec<Descriptor>,
    missing: Vec<Descriptor>,
}

impl Client {
    /// Completes an index with the data in other documents, and returns it with the findings.
    ///
    /// Nested indexes are read to a depth of three. Children without a platform, Windows children without a
    /// build and children with the same platform are read, at most 64; any others stay unchanged. Nothing is
    /// read for an index that declares itself an artifact.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] if the registry does not respond, if a nested index cannot be read, or if there are
    /// too many nested indexes or levels. A missing child is not an error.
    pub async fn flat_index(
        &self,
        repository: &Repository,
        index: Index,
    ) -> Result<FlatIndex, RegistryError> {
        let mut walk = IndexWalk {
            client: self,
            repository,
            seen: BTreeMap::new(),
            nested: Vec::new(),
            missing: Vec::new(),
        };
        let mut index = index;
        if index.artifact_type.is_none() {
            let children = std::mem::take(&mut index.descriptors);
            index.descriptors = walk.expand(children, 1).await?;
            walk.judge_rivals(&mut index).await?;
        }
        Ok(FlatIndex {
            index,
            nested: walk.nested,
            missing: walk.missing,
        })
    }
}

impl IndexWalk<'_> {
    /// Puts what is in indexes in their places, and completes platforms.
    async fn expand(
        &mut self,
        children: Vec<Descriptor>,
        depth: usize,
    ) -> Result<Vec<Descriptor>, RegistryError> {
        self.look(children.iter().filter(|child| is_unclear(child)))
            .await?;
        let mut expanded = Vec::with_capacity(children.len());
        for mut child in children {
            let seen = self.seen.get(&child.digest).filter(|_| is_unclear(&child));
            match seen.cloned() {
                None if child.is_index() => return Err(self.refuse(&child, TOO_MANY)),
                None | Some(ChildLookup::Unreadable) => expanded.push(child),
                Some(ChildLookup::Missing) => self.missing.push(child),
                Some(ChildLookup::Index(_)) if depth == DEEPEST => {
                    return Err(self.refuse(&child, TOO_DEEP));
                }
                // What is in an index that stands there twice is there once.
                Some(ChildLookup::Index(_))
                    if self.nested.iter().any(|known| known.digest == child.digest) => {}
                Some(ChildLookup::Index(within)) => {
                    self.nested.push(child);
                    let within = Box::pin(self.expand(within, depth + 1)).await?;
                    expanded.extend(within);
                }
                Some(ChildLookup::Artifact(artifact_type)) => {
                    child.artifact_type = Some(artifact_type);
                    expanded.push(child);
                }
                Some(ChildLookup::Image(platform)) => {
                    complete(&mut child, platform);
                    expanded.push(child);
                }
            }
        }
        Ok(expanded)
    }

    /// Looks at children that claim the same platform: one of them may be an artifact, or not be there.
    async fn judge_rivals(&mut self, index: &mut Index) -> Result<(), RegistryError> {
        let repeated = index.repeated_platforms();
        if repeated.is_empty() {
            return Ok(());
        }
        let is_rival = |child: &&Descriptor| {
            let platform = child.platform.as_ref();
            platform.is_some_and(|platform| repeated.contains(platform))
                && child.artifact().is_none()
                && child.attestation_of().is_none()
        };
        self.look(index.descriptors.iter().filter(is_rival)).await?;
        let children = std::mem::take(&mut index.descriptors);
        for mut child in children {
            match self.seen.get(&child.digest).filter(|_| is_rival(&&child)) {
                Some(ChildLookup::Missing) => self.missing.push(child),
                Some(ChildLookup::Artifact(artifact_type)) => {
                    child.artifact_type = Some(artifact_type.clone());
                    index.descriptors.push(child);
                }
                _ => index.descriptors.push(child),
            }
        }
        Ok(())
    }

    /// Looks at children, each once and as many as may still be looked at.
    async fn look(
        &mut self,
        children: impl Iterator<Item = &Descriptor>,
    ) -> Result<(), RegistryError> {
        let mut fresh: Vec<Descriptor> = Vec::new();
        for child in children {
            let is_known = self.seen.contains_key(&child.digest)
                || fresh.iter().any(|known| known.digest == child.digest);
            if !is_known && self.seen.len() + fresh.len() < MOST_LOOKS {
                fresh.push(child.clone());
            }
        }
        let (client, repository) = (self.client, self.repository);
        let mut seen = stream::iter(fresh)
            .map(|child| async move {
                let seen = look_at(client, repository, &child).await?;
                Ok((child.digest, seen))
            })
            .buffered(JOBS);
        while let Some((digest, seen)) = seen.try_next().await? {
            self.seen.insert(digest, seen);
        }
        Ok(())
    }

    fn refuse(&self, child: &Descriptor, reason: &str) -> RegistryError {
        refuse(self.repository, child, reason)
    }
}

const TOO_DEEP: &str = "indexes are nested more than three deep";
const TOO_MANY: &str = "more than 64 manifests have to be read to know what the index holds";

/// Takes what its config says of a child's platform; it says the build of the system that the index names.
fn complete(child: &mut Descriptor, config: Option<Platform>) {
    let known = child.platform.as_ref();
    let fits = |found: &Platform| known.is_none_or(|known| known.is_same_line(found));
    let Some(platform) = config.filter(fits) else {
        return;
    };
    if child.os_version.is_none() {
        child.os_version = platform.os_version().map(Into::into);
    }
    child.platform = Some(platform);
}

fn refuse(repository: &Repository, child: &Descriptor, reason: &str) -> RegistryError {
    let target = Target::Digest(child.digest.clone());
    RequestError::invalid(reason).while_at(&context("read the manifest of", repository, &target))
}

/// Returns `true` if the descriptor leaves open which platform its images are for.
fn is_unclear(child: &Descriptor) -> bool {
    if child.attestation_of().is_some() || child.artifact().is_some() {
        return false;
    }
    let lacks_build =
        |platform: &Platform| platform.has_builds() && platform.os_version().is_none();
    child.is_index() || child.platform.as_ref().is_none_or(lacks_build)
}

async fn look_at(
    client: &Client,
    repository: &Repository,
    child: &Descriptor,
) -> Result<ChildLookup, RegistryError> {
    let target = Target::Digest(child.digest.clone());
    let raw = match client.manifest(repository, &target).await {
        Ok(raw) => raw,
        Err(error) if *error.kind() == ErrorKind::ManifestNotFound => {
            return Ok(ChildLookup::Missing);
        }
        Err(error) => return Err(error),
    };
    let manifest = match raw.document() {
        Ok(Document::Index(index)) => return Ok(ChildLookup::Index(index.descriptors)),
        Ok(Document::Manifest(manifest)) => manifest,
        Err(error) if child.is_index() => {
            return Err(refuse(repository, child, &error.to_string()));
        }
        Err(_) => return Ok(ChildLookup::Unreadable),
    };
    if let Some(artifact_type) = manifest.artifact() {
        return Ok(ChildLookup::Artifact(artifact_type.into()));
    }
    if !is_unclear(child) {
        return Ok(ChildLookup::Image(None));
    }
    match client.blob(repository, &manifest.config).await {
        Ok(blob) => {
            let config = ImageConfig::parse(&blob).ok();
            Ok(ChildLookup::Image(
                config.and_then(|config| config.platform),
            ))
        }
        Err(error) if *error.kind() == ErrorKind::ManifestNotFound => Ok(ChildLookup::Image(None)),
        Err(error) => Err(error),
    }
}
