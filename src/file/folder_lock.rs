use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two looks at a lock that another process has.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// An advisory lock on a folder, held while one process compares and renames.
#[derive(Debug)]
pub(super) struct FolderLock {
    file: File,
    is_locked: bool,
}

impl FolderLock {
    /// Waits for the lock, but no longer than the limit; where the file system has none, the folder alone is held.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] if another process still has the lock, and what the system says of the folder.
    pub(super) fn take(folder: &Path, limit: Duration) -> io::Result<Self> {
        let file = open(folder)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if start.elapsed() < limit => sleep(BETWEEN_LOOKS),
                Err(TryLockError::WouldBlock) => {
                    let reason = format!("another process has had the lock for {limit:?}");
                    return Err(io::Error::new(ErrorKind::TimedOut, reason));
                }
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
                // Network file systems say this in many ways, and some lock no folders. What is left is the
                // comparison before the rename.
                outcome => {
                    let is_locked = outcome.is_ok();
                    return Ok(Self { file, is_locked });
                }
            }
        }
    }

    /// Takes the lock if nobody has it and the file system has locks.
    pub(super) fn try_take(folder: &Path) -> io::Result<Option<Self>> {
        let file = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                file,
                is_locked: true,
            })),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Ok(None),
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        self.is_locked
    }

    /// Gives the lock back.
    #[cfg(unix)]
    pub(super) fn release(self, _folder: &Path) {
        // The rename is on disk only when its folder is.
        let _ = self.file.sync_all();
    }

    /// Gives the lock back.
    #[cfg(not(unix))]
    pub(super) fn release(self, folder: &Path) {
        drop(self.file);
        let _ = std::fs::remove_file(folder.join(NAME));
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Where folders cannot be locked, a file in them is.
#[cfg(not(unix))]
const NAME: &str = ".imagelock.guard";

#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(NAME))
}
