use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use thiserror::Error;

/// A file that is about to be replaced as a whole, while an advisory lock on its folder is held.
///
/// The new text goes to a temporary file in the same folder, which is synced and renamed: whoever
/// reads the file sees the old text or the new one. Read it only after [`hold`](Self::hold), so
/// that no other process that does the same changes it in between.
#[derive(Debug)]
pub struct WholeFile {
    target: PathBuf,
    guard: Guard,
}

/// A file could not be replaced; it is what it was.
#[derive(Debug, Error)]
#[error("{what}: {error}")]
pub struct Unwritten {
    /// What could not be done, as a fragment.
    pub what: &'static str,
    /// What the system says.
    pub error: io::Error,
}

/// Files larger than this are refused: 256 MiB would be a lock of some 300,000 images.
const MAX_BYTES: u64 = 256 << 20;
/// The longest wait for another process, which needs a lock for milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Between two looks at a lock that another process has.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

impl WholeFile {
    /// Reads a file's text; nothing if it is not there.
    ///
    /// # Errors
    ///
    /// What the system says, also for a text that is not UTF-8 or larger than 256 MiB.
    pub fn read(path: &Path) -> io::Result<Option<String>> {
        let text = fs::metadata(path).and_then(|metadata| {
            if metadata.len() > MAX_BYTES {
                return Err(io::Error::other("it is larger than 256 MiB"));
            }
            fs::read_to_string(path)
        });
        match text {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits for the lock on the file's folder, which must be there; the file need not be.
    ///
    /// # Errors
    ///
    /// [`Unwritten`] if the folder cannot be locked, also since another process holds its lock for ten seconds.
    pub fn hold(path: &Path) -> Result<Self, Unwritten> {
        Self::hold_within(path, LONGEST_WAIT)
    }

    /// Waits for another process that has the lock on the file's folder, for so long or ten seconds.
    ///
    /// It is for the beginning of a run that writes the file at its end. A folder that is not there is no
    /// hindrance.
    ///
    /// # Errors
    ///
    /// [`Unwritten`] if the other process still has the lock.
    pub fn wait(path: &Path, limit: Option<Duration>) -> Result<(), Unwritten> {
        let limit = limit.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        match Self::hold_within(path, limit) {
            Err(error) if error.is_busy() => Err(error),
            _ => Ok(()),
        }
    }

    fn hold_within(path: &Path, limit: Duration) -> Result<Self, Unwritten> {
        // A link stays a link: what it names is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let guard = Guard::take(folder_of(&target), limit)
            .map_err(because("its folder cannot be locked"))?;
        Ok(Self { target, guard })
    }

    /// Replaces the text and gives the lock back.
    ///
    /// # Errors
    ///
    /// [`Unwritten`]; the old file is then untouched.
    pub fn replace(self, text: &str) -> Result<(), Unwritten> {
        let folder = folder_of(&self.target);
        let name = self.target.file_name().unwrap_or_default();
        let mut file = tempfile::Builder::new()
            .prefix(&format!(".{}.", name.to_string_lossy()))
            .tempfile_in(folder)
            .map_err(because("a temporary file beside it cannot be made"))?;
        file.write_all(text.as_bytes())
            .map_err(because("its text"))?;
        keep_permissions(file.as_file(), &self.target).map_err(because("its permissions"))?;
        file.as_file().sync_all().map_err(because("its text"))?;
        file.persist(&self.target)
            .map_err(|error| error.error)
            .map_err(because("the temporary file cannot be renamed"))?;
        self.guard.release(folder);
        Ok(())
    }
}

impl Unwritten {
    /// Says whether another process has the lock.
    pub fn is_busy(&self) -> bool {
        self.error.kind() == ErrorKind::TimedOut
    }

    /// Says whether the folder or the file system allows no writing.
    pub fn is_read_only(&self) -> bool {
        matches!(
            self.error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        )
    }
}

fn because(what: &'static str) -> impl FnOnce(io::Error) -> Unwritten {
    move |error| Unwritten { what, error }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives a new file the permissions of the old one, or those that a new file would usually have.
#[cfg(unix)]
fn keep_permissions(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode() & 0o777,
        Err(_) => 0o644,
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_permissions(_file: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// Waits until no other process has the lock of a file, but no longer than the limit.
fn lock(file: &File, limit: Duration) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < limit => sleep(BETWEEN_LOOKS),
            Err(TryLockError::WouldBlock) => {
                let reason = format!("another process has had the lock for {limit:?}");
                return Err(io::Error::new(ErrorKind::TimedOut, reason));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// An advisory lock on a folder, held while one process compares and renames.
#[cfg(unix)]
#[derive(Debug)]
struct Guard(File);

#[cfg(unix)]
impl Guard {
    fn take(folder: &Path, limit: Duration) -> io::Result<Self> {
        let file = File::open(folder)?;
        match lock(&file, limit) {
            Ok(()) => Ok(Self(file)),
            // Some network file systems have no locks; the comparison before the rename remains.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Self(file)),
            Err(error) => Err(error),
        }
    }

    fn release(self, _folder: &Path) {
        // The rename is on disk only when its folder is.
        let _ = self.0.sync_all();
    }
}

/// Where folders cannot be locked, a file in them is.
#[cfg(not(unix))]
#[derive(Debug)]
struct Guard(File);

#[cfg(not(unix))]
impl Guard {
    const NAME: &str = ".imagelock.guard";

    fn take(folder: &Path, limit: Duration) -> io::Result<Self> {
        let file = fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(Self::NAME))?;
        lock(&file, limit)?;
        Ok(Self(file))
    }

    fn release(self, folder: &Path) {
        drop(self.0);
        let _ = fs::remove_file(folder.join(Self::NAME));
    }
}
