use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use jiff::Timestamp;

use crate::file;
use crate::image::Digest;

/// The name of temporary files begins so.
pub(super) const TEMPORARY: &str = ".imagelock.";
/// Larger content is neither kept nor read: twice the usual limit of a manifest or a blob.
const MAX_BYTES: u64 = 16 << 20;
/// How old the time of the last use may get before a use is noted.
const ONE_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A directory that keeps content by digest indefinitely.
///
/// Several processes can use it concurrently, also on a network volume: files appear atomically, by a rename.
///
/// ```
/// use imagelock::image::Digest;
/// use imagelock::registry::ContentCache;
///
/// # let folder = tempfile::tempdir()?;
/// let cache = ContentCache::new(folder.path());
/// let digest = Digest::sha256_of(b"{}");
/// assert_eq!(cache.get(&digest), None);
/// cache.put(&digest, b"{}")?;
/// assert_eq!(cache.get(&digest).as_deref(), Some(b"{}".as_slice()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ContentCache {
    folder: PathBuf,
    now: Option<SystemTime>,
}

impl ContentCache {
    /// Creates a cache in a directory, which is created when content is first kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            now: None,
        }
    }

    /// Sets the time that is recorded as the last use of content, at most once a day.
    ///
    /// It is the file's modification time. Without this time, it remains the time of writing.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = SystemTime::try_from(now).ok();
        self
    }

    /// Returns the directory.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the directory for its owner only, unless it exists.
    ///
    /// # Errors
    ///
    /// The error that prevents its creation.
    pub fn make_folder(&self) -> io::Result<()> {
        make_private(&self.folder)
    }

    /// Returns the content of a digest, if it is cached.
    ///
    /// A file that cannot be read counts as absent; one with other content is also removed.
    pub fn get(&self, digest: &Digest) -> Option<Bytes> {
        let path = self.path(digest);
        let bytes = file::read(&path, MAX_BYTES).ok()?;
        if !digest.verify(&bytes) {
            // Should it stay, the next put replaces it.
            let _ = fs::remove_file(&path);
            return None;
        }
        self.note_use(&path);
        Some(bytes.into())
    }

    /// Keeps the content of a digest. The content must match the digest.
    ///
    /// # Errors
    ///
    /// The error that prevents writing the file; earlier content is kept.
    pub fn put(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        if bytes.len() as u64 > MAX_BYTES {
            return Ok(());
        }
        // One of another length is damaged.
        let is_kept = |found: fs::Metadata| found.is_file() && found.len() == bytes.len() as u64;
        if fs::metadata(&path).is_ok_and(is_kept) {
            self.note_use(&path);
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.folder);
        self.prepare(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        match file.persist(&path) {
            Ok(_) => Ok(()),
            // Another writer was first, and where a file is open it may not be replaced.
            Err(error) if error.error.kind() == ErrorKind::PermissionDenied && path.exists() => {
                Ok(())
            }
            Err(error) => Err(error.error),
        }
    }

    /// Returns the folder of the content, without what else may be in the cache's folder.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.join("content")
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let (algorithm, hex) = digest.as_str().split_once(':').unwrap_or_default();
        self.root().join(algorithm).join(&hex[..2]).join(hex)
    }

    /// Creates a folder for content, and marks the top one for programs that make backups.
    fn prepare(&self, folder: &Path) -> io::Result<()> {
        make_private(folder)?;
        // Never through a link, which may lead anywhere.
        let mark = File::create_new(self.root().join(MARK_NAME));
        match mark.and_then(|mut file| file.write_all(MARK.as_bytes())) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            outcome => outcome,
        }
    }

    fn note_use(&self, path: &Path) {
        let Some(now) = self.now else { return };
        let used = fs::metadata(path).and_then(|metadata| metadata.modified());
        let fresh = used.is_ok_and(|used| {
            now.duration_since(used)
                .map_or(true, |since| since < ONE_DAY)
        });
        if !fresh && let Ok(file) = File::options().write(true).open(path) {
            // A read-only cache is as good, and is pruned by whoever writes it.
            let _ = file.set_modified(now);
        }
    }
}

/// The name that the Cache Directory Tagging Specification (bford.info/cachedir) asks for.
pub(super) const MARK_NAME: &str = "CACHEDIR.TAG";
const MARK: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file marks a cache of imagelock. Everything here can be asked for again.\n";

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, ContentCache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = ContentCache::new(folder.path().join("cache"));
        (folder, cache)
    }

    #[test]
    fn a_file_is_the_content_under_its_digest() {
        let (_folder, cache) = cache();
        let digest = Digest::sha256_of(b"content");
        cache.put(&digest, b"content").unwrap();
        let path = cache
            .folder()
            .join("content/sha256")
            .join(&digest.hex()[..2])
            .join(digest.hex());
        assert_eq!(fs::read(&path).unwrap(), b"content");
        let other = crate::image::Algorithm::Sha512.digest(b"content");
        cache.put(&other, b"content").unwrap();
        assert_eq!(cache.get(&other).as_deref(), Some(b"content".as_slice()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert!(path.ancestors().skip(1).take(4).all(|at| mode(at) == 0o700));
        }
    }

    #[test]
    fn what_is_damaged_is_absent_and_gone() {
        let (_folder, cache) = cache();
        let digest = Digest::sha256_of(b"content");
        let path = cache.path(&digest);
        for damage in [b"contenu".as_slice(), b"cont", b"", b"content and more"] {
            cache.put(&digest, b"content").unwrap();
            fs::write(&path, damage).unwrap();
            assert_eq!(cache.get(&digest), None, "{damage:?}");
            assert!(!path.exists(), "{damage:?}");
        }
        // Also what was cut off is replaced before anyone has read it.
        fs::write(&path, b"cont").unwrap();
        cache.put(&digest, b"content").unwrap();
        assert_eq!(cache.get(&digest).as_deref(), Some(b"content".as_slice()));
        // A folder in its place is nothing that could be read or removed.
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(cache.get(&digest), None);
        assert!(cache.put(&digest, b"content").is_err());
    }

    #[test]
    fn many_write_the_same_at_once() {
        let (_folder, cache) = cache();
        let contents: Vec<String> = (0..50).map(|number| format!("content {number}")).collect();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for content in &contents {
                        let digest = Digest::sha256_of(content.as_bytes());
                        cache.put(&digest, content.as_bytes()).unwrap();
                        assert_eq!(cache.get(&digest).unwrap(), content.as_bytes());
                    }
                });
            }
        });
        let removed = cache.clean().unwrap();
        assert_eq!(removed.files, 50, "and no temporary file stayed");
    }

    #[test]
    fn what_is_torn_is_absent_to_all_who_write_at_once() {
        let (_folder, cache) = cache();
        let contents: Vec<String> = (0..50).map(|number| format!("content {number}")).collect();
        let digest = |content: &String| Digest::sha256_of(content.as_bytes());
        for (number, content) in contents.iter().enumerate() {
            let torn = match number % 3 {
                0 => "cont".into(),
                1 => "\0".repeat(content.len()),
                _ => continue,
            };
            cache.put(&digest(content), content.as_bytes()).unwrap();
            fs::write(cache.path(&digest(content)), torn).unwrap();
        }
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for content in &contents {
                        // As the client does: what is not there is asked for, and kept.
                        let found = cache.get(&digest(content));
                        assert!(found.is_none_or(|found| found == content.as_bytes()));
                        cache.put(&digest(content), content.as_bytes()).unwrap();
                    }
                });
            }
        });
        for content in &contents {
            assert_eq!(cache.get(&digest(content)).unwrap(), content.as_bytes());
        }
        assert_eq!(
            cache.clean().unwrap().files,
            50,
            "and no temporary file stayed"
        );
    }

    #[test]
    fn a_use_is_noted_once_a_day() {
        let (_folder, cache) = cache();
        let digest = Digest::sha256_of(b"content");
        cache.put(&digest, b"content").unwrap();
        let path = cache.path(&digest);
        let modified = || Timestamp::try_from(fs::metadata(&path).unwrap().modified().unwrap());
        let written = modified().unwrap();
        cache.get(&digest).unwrap();
        let soon = written + jiff::SignedDuration::from_hours(23);
        cache.clone().at(soon).get(&digest).unwrap();
        assert_eq!(modified().unwrap(), written);
        let later = written + jiff::SignedDuration::from_hours(25);
        cache.clone().at(later).get(&digest).unwrap();
        assert_eq!(modified().unwrap(), later);
    }
}
