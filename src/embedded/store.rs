use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use jiff::Timestamp;

use super::artifact::{ArtifactSpec, subject_of};
use super::builder::{BuiltImage, TestImage};
use super::paging::ListOrder;
use super::parts::stored;
use super::referrers;
use crate::image::{Digest, media_type};

/// What an embedded registry holds, in memory: repositories with manifests, tags and blobs.
///
/// A clone is another handle to the same content. It can be used from any thread, with and without
/// a runtime, while a [`Registry`](super::Registry) serves it.
#[derive(Clone, Debug, Default)]
pub struct Store {
    content: Arc<RwLock<BTreeMap<String, RepositoryContent>>>,
}

/// A manifest or an index as a registry keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredManifest {
    /// The content address of `bytes`.
    pub digest: Digest,
    /// The media type it was pushed with.
    pub media_type: String,
    /// The exact bytes.
    pub bytes: Bytes,
}

/// A tag and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tagged {
    pub(super) digest: Digest,
    pub(super) pushed: Option<Timestamp>,
    /// How many tags were made before it.
    pub(super) number: u64,
    /// What registries' own interfaces say that it names, if they lag behind.
    lagging: Option<Digest>,
}

impl Tagged {
    /// Returns what registries' own interfaces say that the tag names.
    pub(super) fn told(&self) -> &Digest {
        self.lagging.as_ref().unwrap_or(&self.digest)
    }
}

#[derive(Debug, Default)]
struct RepositoryContent {
    manifests: BTreeMap<Digest, StoredManifest>,
    tags: BTreeMap<String, Tagged>,
    tags_made: u64,
    blobs: BTreeMap<Digest, Bytes>,
}

impl RepositoryContent {
    /// Lets a tag name a digest; a tag that is moved keeps its place among the others.
    fn tag(&mut self, tag: &str, digest: Digest, pushed: Option<Timestamp>) {
        let number = self
            .tags
            .get(tag)
            .map_or(self.tags_made, |tagged| tagged.number);
        self.tags_made += 1;
        let tagged = Tagged {
            digest,
            pushed,
            number,
            lagging: None,
        };
        self.tags.insert(tag.to_owned(), tagged);
    }
}

impl Store {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds an image, keeps all of it and lets the tag name it.
    ///
    /// Returns the digest that the tag now has: of the index where the image has one. The tag counts
    /// as pushed at the image's time of creation.
    pub fn publish(&self, repository: &str, tag: &str, image: &TestImage) -> Digest {
        let built = image.build();
        self.keep(repository, &built);
        let mut content = self.write();
        let held = content.entry(repository.to_owned()).or_default();
        held.tag(tag, built.digest.clone(), image.created_at());
        built.digest
    }

    /// Builds an artifact that refers to a manifest or an index of the repository, and keeps it.
    ///
    /// Returns its digest. What it refers to need not be there.
    pub fn attach(&self, repository: &str, subject: &Digest, artifact: &ArtifactSpec) -> Digest {
        let missing = || StoredManifest {
            digest: subject.clone(),
            media_type: media_type::OCI_MANIFEST.to_owned(),
            bytes: Bytes::new(),
        };
        let subject = self.manifest(repository, subject.as_str());
        let built = artifact.build(&subject.unwrap_or_else(missing));
        self.keep(repository, &built);
        built.digest
    }

    /// Lets the tag `sha256-…` name an index of what refers to a manifest, and returns its digest.
    ///
    /// That is what clients do where a registry has no API for referrers (OCI distribution spec,
    /// "Referrers Tag Schema").
    pub fn tag_referrers(&self, repository: &str, subject: &Digest) -> Digest {
        let index = referrers::fallback(&self.referrers(repository, subject));
        let index = stored(media_type::OCI_INDEX, &index);
        let digest = index.digest.clone();
        self.keep_manifest(repository, index);
        self.tag(repository, &referrers::tag(subject), &digest);
        digest
    }

    /// Returns what refers to a manifest, in the order of the digests.
    pub fn referrers(&self, repository: &str, subject: &Digest) -> Vec<StoredManifest> {
        let content = self.read();
        let manifests = content
            .get(repository)
            .into_iter()
            .flat_map(|held| held.manifests.values());
        manifests
            .filter(|manifest| refers_to(manifest, subject))
            .cloned()
            .collect()
    }

    fn keep(&self, repository: &str, built: &BuiltImage) {
        let mut content = self.write();
        let held = content.entry(repository.to_owned()).or_default();
        for bytes in &built.blobs {
            held.blobs.insert(Digest::sha256_of(bytes), bytes.clone());
        }
        for manifest in &built.manifests {
            held.manifests
                .insert(manifest.digest.clone(), manifest.clone());
        }
    }

    /// Keeps a manifest or an index as it is and returns its digest.
    pub fn put_manifest(
        &self,
        repository: &str,
        media_type: &str,
        bytes: impl Into<Bytes>,
    ) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::sha256_of(&bytes);
        self.keep_manifest(
            repository,
            StoredManifest {
                digest: digest.clone(),
                media_type: media_type.to_owned(),
                bytes,
            },
        );
        digest
    }

    pub(super) fn keep_manifest(&self, repository: &str, manifest: StoredManifest) {
        self.write()
            .entry(repository.to_owned())
            .or_default()
            .manifests
            .insert(manifest.digest.clone(), manifest);
    }

    /// Keeps a blob and returns its digest.
    pub fn put_blob(&self, repository: &str, bytes: impl Into<Bytes>) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::sha256_of(&bytes);
        self.keep_blob(repository, digest.clone(), bytes);
        digest
    }

    pub(super) fn keep_blob(&self, repository: &str, digest: Digest, bytes: Bytes) {
        self.write()
            .entry(repository.to_owned())
            .or_default()
            .blobs
            .insert(digest, bytes);
    }

    /// Lets a tag name a digest, whether or not that digest is there.
    ///
    /// The time of the push stays what it was, or unknown; [`Store::set_pushed`] sets it.
    pub fn tag(&self, repository: &str, tag: &str, digest: &Digest) {
        let mut content = self.write();
        let held = content.entry(repository.to_owned()).or_default();
        let pushed = held.tags.get(tag).and_then(|tagged| tagged.pushed);
        held.tag(tag, digest.clone(), pushed);
    }

    /// Sets when a tag was pushed, for registries' own APIs; a tag that is not there stays so.
    pub fn set_pushed(&self, repository: &str, tag: &str, pushed: Timestamp) {
        let mut content = self.write();
        if let Some(held) = content.get_mut(repository)
            && let Some(tagged) = held.tags.get_mut(tag)
        {
            tagged.pushed = Some(pushed);
        }
    }

    /// Has registries' own interfaces say that a tag names another digest than it does; a tag that is not
    /// there stays so.
    ///
    /// So they do for a while after a push. It ends when the tag is set again.
    pub fn let_lag(&self, repository: &str, tag: &str, digest: &Digest) {
        let mut content = self.write();
        if let Some(held) = content.get_mut(repository)
            && let Some(tagged) = held.tags.get_mut(tag)
        {
            tagged.lagging = Some(digest.clone());
        }
    }

    /// Removes a tag; says whether it was there. What it named stays.
    pub fn remove_tag(&self, repository: &str, tag: &str) -> bool {
        self.write()
            .get_mut(repository)
            .is_some_and(|held| held.tags.remove(tag).is_some())
    }

    /// Removes a manifest and the tags that name it; says whether it was there.
    pub fn remove_manifest(&self, repository: &str, digest: &Digest) -> bool {
        self.write().get_mut(repository).is_some_and(|held| {
            held.tags.retain(|_, tagged| tagged.digest != *digest);
            held.manifests.remove(digest).is_some()
        })
    }

    /// Removes a repository with all it holds; says whether it was there.
    pub fn remove_repository(&self, repository: &str) -> bool {
        self.write().remove(repository).is_some()
    }

    /// Returns the manifest that a tag or a digest names.
    pub fn manifest(&self, repository: &str, reference: &str) -> Option<StoredManifest> {
        let content = self.read();
        let held = content.get(repository)?;
        let digest = match Digest::parse(reference) {
            Ok(digest) => digest,
            Err(_) => held.tags.get(reference)?.digest.clone(),
        };
        held.manifests.get(&digest).cloned()
    }

    /// Returns the digest that a tag names.
    pub fn digest(&self, repository: &str, tag: &str) -> Option<Digest> {
        self.tagged(repository, tag).map(|tagged| tagged.digest)
    }

    pub(super) fn tagged(&self, repository: &str, tag: &str) -> Option<Tagged> {
        self.read().get(repository)?.tags.get(tag).cloned()
    }

    /// Returns a blob.
    pub fn blob(&self, repository: &str, digest: &Digest) -> Option<Bytes> {
        self.read().get(repository)?.blobs.get(digest).cloned()
    }

    /// Returns a repository's tags in byte order, or nothing if there is no such repository.
    pub fn tags(&self, repository: &str) -> Option<Vec<String>> {
        let content = self.read();
        Some(content.get(repository)?.tags.keys().cloned().collect())
    }

    pub(super) fn has(&self, repository: &str) -> bool {
        self.read().contains_key(repository)
    }

    pub(super) fn tags_in(&self, repository: &str, order: ListOrder) -> Option<Vec<String>> {
        let mut tags = self.all_tagged(repository);
        match order {
            ListOrder::Bytes => {}
            ListOrder::Pushed => tags.sort_by_key(|(_, tagged)| tagged.number),
            ListOrder::Unsorted => {
                tags.sort_by_key(|(tag, _)| tag.bytes().rev().collect::<Vec<_>>());
            }
        }
        self.has(repository)
            .then(|| tags.into_iter().map(|(tag, _)| tag).collect())
    }

    pub(super) fn all_tagged(&self, repository: &str) -> Vec<(String, Tagged)> {
        let content = self.read();
        let tags = content
            .get(repository)
            .into_iter()
            .flat_map(|held| &held.tags);
        tags.map(|(tag, tagged)| (tag.clone(), tagged.clone()))
            .collect()
    }

    pub(super) fn manifests(&self, repository: &str) -> Vec<StoredManifest> {
        let content = self.read();
        let held = content.get(repository).into_iter();
        held.flat_map(|held| held.manifests.values().cloned())
            .collect()
    }

    /// Returns the names of all repositories in byte order.
    pub fn repositories(&self) -> Vec<String> {
        self.read().keys().cloned().collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, RepositoryContent>> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, RepositoryContent>> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refers_to(manifest: &StoredManifest, subject: &Digest) -> bool {
    // Most manifests do not name the digest at all, which is found out faster than by reading them.
    let names_it =
        std::str::from_utf8(&manifest.bytes).is_ok_and(|text| text.contains(subject.as_str()));
    names_it
        && serde_json::from_slice(&manifest.bytes)
            .is_ok_and(|document| subject_of(&document) == Some(subject.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_tag_names_the_new_image_and_the_old_one_stays_by_digest() {
        let store = Store::new();
        let old = store.publish("library/nginx", "1.27", &TestImage::new("1.27.4"));
        let new = store.publish("library/nginx", "1.27", &TestImage::new("1.27.5"));
        assert_ne!(old, new);
        assert_eq!(store.digest("library/nginx", "1.27"), Some(new));
        let kept = store.manifest("library/nginx", old.as_str()).unwrap();
        assert!(kept.digest.verify(&kept.bytes));
    }

    #[test]
    fn a_removed_manifest_takes_its_tags_along() {
        let store = Store::new();
        let digest = store.publish("a/b", "1", &TestImage::new("x"));
        store.tag("a/b", "latest", &digest);
        assert!(store.remove_manifest("a/b", &digest));
        assert_eq!(store.tags("a/b"), Some(vec![]));
        assert_eq!(store.tags("a/c"), None);
    }
}
