use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::ContentCache;
use super::manifest::told_media_type;
use crate::image::{Digest, RawManifest};
use crate::observe::{Event, Observer};

/// A client's use of a cache, or of none: it helps, and its failures are only told.
pub(in crate::registry) struct CacheReader {
    cache: Option<Arc<ContentCache>>,
    observer: Arc<dyn Observer>,
    failed: AtomicBool,
    /// Whether the disk did not answer in time.
    stuck: AtomicBool,
    patience: Duration,
}

/// How long a file may take, which is read or written in far less on a disk that works.
const PATIENCE: Duration = Duration::from_secs(5);

impl CacheReader {
    pub(in crate::registry) fn new(
        cache: Option<ContentCache>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            cache: cache.map(Arc::new),
            observer,
            failed: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
            patience: PATIENCE,
        }
    }

    /// Returns the bytes of a digest, unless there are more than `limit` of them.
    pub(in crate::registry) async fn bytes(&self, digest: &Digest, limit: usize) -> Option<Bytes> {
        let cache = Arc::clone(self.cache.as_ref()?);
        let digest = digest.clone();
        let found = self.soon(move || cache.get(&digest)).await?;
        let found = found.filter(|bytes| bytes.len() <= limit);
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
        let written = self.soon(move || writer.put(&digest, &bytes)).await;
        if let Some(Err(error)) = written {
            self.fail(cache, error.to_string());
        }
    }

    /// Does something with the disk; nothing comes of it if the disk is stuck, and nothing more is tried then.
    async fn soon<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let cache = self.cache.as_ref()?;
        if self.stuck.load(Ordering::Relaxed) {
            return None;
        }
        if let Ok(done) = timeout(self.patience, spawn_blocking(work)).await {
            return done.ok();
        }
        self.stuck.store(true, Ordering::Relaxed);
        self.fail(cache, format!("no answer within {:?}", self.patience));
        None
    }

    /// Tells a failure, the first time.
    fn fail(&self, cache: &ContentCache, reason: String) {
        if !self.failed.swap(true, Ordering::Relaxed) {
            self.observer.on_event(&Event::CacheFailed {
                folder: cache.folder().into(),
                reason,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    #[derive(Default)]
    struct Failures(Mutex<Vec<String>>);

    impl Observer for Failures {
        fn on_event(&self, event: &Event) {
            if let Event::CacheFailed { reason, .. } = event {
                self.0.lock().unwrap().push(reason.clone());
            }
        }
    }

    #[tokio::test]
    async fn a_disk_that_is_stuck_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let failures = Arc::new(Failures::default());
        let observer: Arc<dyn Observer> = Arc::clone(&failures) as _;
        let mut kept = CacheReader::new(Some(ContentCache::new(folder.path())), observer);
        kept.patience = Duration::from_millis(10);
        let (release, stuck) = channel::<()>();
        assert_eq!(kept.soon(move || stuck.recv()).await, None);
        assert_eq!(kept.soon(|| ()).await, None, "nothing more is tried");
        let digest = Digest::sha256_of(b"content");
        kept.keep(&digest, &Bytes::from_static(b"content")).await;
        assert_eq!(kept.bytes(&digest, 100).await, None);
        assert_eq!(*failures.0.lock().unwrap(), ["no answer within 10ms"]);
        drop(release);
    }
}
