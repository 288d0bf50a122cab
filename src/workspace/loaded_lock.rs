use crate::error::Diagnostic;
use crate::lock::{self, Lock, LockFile, Saved};

/// A lock as it was before an operation.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LoadedLock {
    /// The pins; none if there was no file.
    pub lock: Lock,
    /// The images that are in conflict, if the file has the conflict markers of git; `lock` is without them.
    pub conflicts: Option<Vec<String>>,
}

impl LoadedLock {
    /// Reads a lock. A file that is not there is an empty lock.
    ///
    /// # Errors
    ///
    /// Those of [`lock::read`], conflict markers among them.
    pub fn read(file: &LockFile) -> Result<Self, Diagnostic> {
        let lock = match file.text() {
            Some(text) => lock::read(&file.path().display().to_string(), text)?,
            None => Lock::default(),
        };
        Ok(Self {
            lock,
            conflicts: None,
        })
    }

    /// Reads a lock as [`read`](Self::read) does; of one with conflict markers it takes what both sides agree on.
    ///
    /// # Errors
    ///
    /// Those of [`lock::read`] and [`lock::read_conflicted`].
    pub fn repair(file: &LockFile) -> Result<Self, Diagnostic> {
        match file.text() {
            Some(text) if lock::has_conflict_markers(text) => {
                let merged = lock::read_conflicted(&file.path().display().to_string(), text)?;
                Ok(Self {
                    lock: merged.lock,
                    conflicts: Some(merged.conflicts),
                })
            }
            _ => Self::read(file),
        }
    }

    /// Writes the lock that comes after this one.
    pub(super) fn save(&self, file: &LockFile, after: &Lock) -> Result<Saved, Diagnostic> {
        // A newer release may write keys that this one does not know in a form of its own: as long as
        // nothing changes, its bytes stay.
        let same = file.text().is_some() && self.conflicts.is_none() && self.lock == *after;
        if same && after.has_unknown_keys() {
            return Ok(Saved::unchanged());
        }
        file.save(&lock::write(after))
    }
}
