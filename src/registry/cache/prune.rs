use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::ContentCache;
use super::content::{MARK_NAME, TEMPORARY};
use crate::image::Digest;

/// The content removed from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// The number of files.
    pub files: usize,
    /// Their total size in bytes.
    pub bytes: u64,
}

impl ContentCache {
    /// Removes all content; files that do not belong to the cache are kept, with their directories.
    ///
    /// # Errors
    ///
    /// The error that prevents reading a directory or removing a file.
    pub fn clean(&self) -> io::Result<Removed> {
        let removed = self.remove_where(|_| true)?;
        let root = self.root();
        let only_mark = entries(&root)?
            .iter()
            .all(|entry| entry.file_name() == MARK_NAME);
        if only_mark {
            let gone = fs::remove_file(root.join(MARK_NAME));
            allow_absent(gone.and_then(|()| fs::remove_dir(&root)))?;
        }
        Ok(removed)
    }

    /// Removes the content that was last used before a point in time.
    ///
    /// # Errors
    ///
    /// The error that prevents reading a directory or removing a file.
    pub fn prune(&self, before: Timestamp) -> io::Result<Removed> {
        // A time that the system's clock cannot have is long before any use.
        let before = SystemTime::try_from(before).unwrap_or(SystemTime::UNIX_EPOCH);
        self.remove_where(|used| used < before)
    }

    fn remove_where(&self, goes: impl Fn(SystemTime) -> bool) -> io::Result<Removed> {
        let mut removed = Removed::default();
        for algorithm in folders(&self.root())? {
            for part in folders(&algorithm.path())? {
                for entry in entries(&part.path())? {
                    if !is_ours(&algorithm, &part, &entry) {
                        continue;
                    }
                    let Some(metadata) = present(entry.metadata())? else {
                        continue;
                    };
                    if metadata.is_file() && goes(metadata.modified()?) {
                        if present(fs::remove_file(entry.path()))?.is_none() {
                            continue;
                        }
                        removed.files += 1;
                        removed.bytes += metadata.len();
                    }
                }
                remove_if_empty(&part.path());
            }
            remove_if_empty(&algorithm.path());
        }
        Ok(removed)
    }
}

/// Returns `true` if a file has a name and a place that only the cache gives.
fn is_ours(algorithm: &DirEntry, part: &DirEntry, entry: &DirEntry) -> bool {
    let (algorithm, part, name) = (algorithm.file_name(), part.file_name(), entry.file_name());
    let (Some(algorithm), Some(part), Some(name)) =
        (algorithm.to_str(), part.to_str(), name.to_str())
    else {
        return false;
    };
    name.starts_with(TEMPORARY)
        || (name.starts_with(part) && Digest::parse(&format!("{algorithm}:{name}")).is_ok())
}

fn folders(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = entries(folder)?;
    entries.retain(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    Ok(entries)
}

/// Returns what is in a folder; nothing if it is not there.
fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    match present(fs::read_dir(folder))? {
        Some(entries) => entries.collect(),
        None => Ok(Vec::new()),
    }
}

/// Takes what is not there any more for nothing: others may tidy up at the same time.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn allow_absent(result: io::Result<()>) -> io::Result<()> {
    present(result).map(drop)
}

fn remove_if_empty(folder: &Path) {
    // One that is not empty stays, and that is what the attempt is for.
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cache: &ContentCache, content: &str) -> Digest {
        let digest = Digest::sha256_of(content.as_bytes());
        cache.put(&digest, content.as_bytes()).unwrap();
        digest
    }

    #[test]
    fn cleaning_takes_what_the_cache_made() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ContentCache::new(folder.path());
        assert_eq!(cache.clean().unwrap(), Removed::default());
        let digest = put(&cache, "one");
        put(&cache, "three");
        let part = folder
            .path()
            .join("content/sha256")
            .join(&digest.hex()[..2]);
        fs::write(part.join(".imagelock.left-over"), "half").unwrap();
        fs::write(part.join("notes.txt"), "mine").unwrap();
        fs::write(folder.path().join("observed.json"), "{}").unwrap();
        let removed = cache.clean().unwrap();
        assert_eq!((removed.files, removed.bytes), (3, 12));
        assert_eq!(fs::read(part.join("notes.txt")).unwrap(), b"mine");
        fs::remove_file(part.join("notes.txt")).unwrap();
        assert_eq!(cache.clean().unwrap(), Removed::default());
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["observed.json"]);
    }

    #[test]
    fn pruning_goes_by_the_last_use() {
        let folder = tempfile::tempdir().unwrap();
        let cache = ContentCache::new(folder.path());
        let (old, used) = (put(&cache, "old"), put(&cache, "used"));
        let written = fs::metadata(folder.path().join("content")).unwrap();
        let written = Timestamp::try_from(written.modified().unwrap()).unwrap();
        let days = |days: i64| written + jiff::SignedDuration::from_hours(24 * days);
        assert_eq!(cache.prune(days(-1)).unwrap().files, 0);
        cache.clone().at(days(40)).get(&used).unwrap();
        assert_eq!(
            cache.prune(days(30)).unwrap(),
            Removed { files: 1, bytes: 3 }
        );
        assert_eq!(cache.get(&old), None);
        assert!(cache.get(&used).is_some());
    }
}
