use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use super::ContentCache;
use super::manifest::told_media_type;
use crate::image::{Digest, RawManifest};
use crate::observe::{Event, Observer};

/// A client's use of a cache, or of none: it helps, and its failures are only told.
pub(in crate::registry) struct Kept {
    cache: Option<Arc<ContentCache>>,
    observer: Arc<dyn Observer>,
    failed: AtomicBool,
}

impl Kept {
    pub(in crate::registry) fn new(
        cache: Option<ContentCache>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            cache: cache.map(Arc::new),
            observer,
            failed: AtomicBool::new(false),
        }
    }

    /// Returns the bytes of a digest, unless there are more than `limit` of them.
    pub(in crate::registry) async fn bytes(&self, digest: &Digest, limit: usize) -> Option<Bytes> {
        let cache = Arc::clone(self.cache.as_ref()?);
        let digest = digest.clone();
        let found = tokio::task::spawn_blocking(move || cache.get(&digest)).await;
        let found = found.ok()?.filter(|bytes| bytes.len() <= limit);
        self.observer.on_event(&match &found {
            Some(bytes) => Event::CacheHit {
                bytes: bytes.len() as u64,
            },
            None => Event::CacheMiss,
        });
        found
    }

    /// Returns the manifest of a digest as a registry would serve it.
    pub(in crate::registry) async fn manifest(
        &self,
        digest: &Digest,
        limit: usize,
    ) -> Option<RawManifest> {
        let bytes = self.bytes(digest, limit).await?;
        Some(RawManifest {
            media_type: told_media_type(&bytes)?,
            digest: digest.clone(),
            bytes,
        })
    }

    /// Keeps a manifest, unless its registry says another media type than its bytes.
    pub(in crate::registry) async fn keep_manifest(&self, manifest: &RawManifest) {
        let told = told_media_type(&manifest.bytes);
        if told.is_some_and(|told| told == manifest.media_type) {
            self.keep(&manifest.digest, &manifest.bytes).await;
        }
    }

    /// Keeps bytes that hash to a digest; after one failure nothing more is written in this run.
    pub(in crate::registry) async fn keep(&self, digest: &Digest, bytes: &Bytes) {
        let Some(cache) = &self.cache else { return };
        if self.failed.load(Ordering::Relaxed) {
            return;
        }
        let (writer, digest, bytes) = (Arc::clone(cache), digest.clone(), bytes.clone());
        let written = tokio::task::spawn_blocking(move || writer.put(&digest, &bytes)).await;
        if let Ok(Err(error)) = written
            && !self.failed.swap(true, Ordering::Relaxed)
        {
            self.observer.on_event(&Event::CacheFailed {
                folder: cache.folder().into(),
                reason: error.to_string(),
            });
        }
    }
}
