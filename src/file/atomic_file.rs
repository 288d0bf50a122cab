use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::folder_lock::FolderLock;
use super::kind::check_regular;
use super::leftovers::{temporary, tidy};
use super::regular::read;

/// A file that is about to be replaced as a whole, while an advisory lock on its folder is held.
///
/// The new text goes to a temporary file in the same folder, which is synced and renamed: whoever
/// reads the file sees the old text or the new one. Read it only after [`hold`](Self::hold), so
/// that no other process that does the same changes it in between.
///
/// Nothing is written through a link: it would be in a place that nobody named.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    guard: FolderLock,
}

/// What a file system could not do about a file that was written all the same, one fragment each.
pub type Shortcomings = Vec<&'static str>;

/// A file could not be replaced; it is what it was.
#[derive(Debug, Error)]
#[error("{what}: {error}")]
pub struct WriteError {
    /// What could not be done, as a fragment.
    pub what: &'static str,
    /// The system's reason.
    pub error: io::Error,
}

/// Files larger than this are refused: 256 MiB would be a lock of some 300,000 images.
const MAX_BYTES: u64 = 256 << 20;
/// The longest wait for another process, which needs a lock for milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl AtomicFile {
    /// Reads a file's text; nothing if it is not there.
    ///
    /// # Errors
    ///
    /// What the system says, also for a text that is not UTF-8 or larger than 256 MiB, and for what is no
    /// regular file.
    pub fn read(path: &Path) -> io::Result<Option<String>> {
        match read(path, MAX_BYTES) {
            Ok(bytes) => match String::from_utf8(bytes) {
                // What has a NUL is no text, and the lines of what is no text are nobody's to see.
                Ok(text) if !text.contains('\0') => Ok(Some(text)),
                _ => Err(io::Error::new(
                    ErrorKind::InvalidData,
                    "it is not UTF-8 text",
                )),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Finds out whether a file can be replaced.
    ///
    /// # Errors
    ///
    /// [`WriteError`] as from [`hold`](Self::hold) and [`replace`](Self::replace).
    pub fn check(path: &Path) -> Result<(), WriteError> {
        check_target(path).map_err(because(NOT_REPLACED))?;
        temporary(folder_of(path), name_of(path)).map_err(because(NO_TEMPORARY))?;
        Ok(())
    }

    /// Removes what writers that were killed left of a file, unless another one is at work.
    pub fn tidy(path: &Path) {
        let folder = folder_of(path);
        if let Ok(Some(guard)) = FolderLock::try_take(folder) {
            tidy(folder, name_of(path));
            guard.release(folder);
        }
    }

    /// Waits for the lock on the file's folder, which must be there; the file need not be.
    ///
    /// # Errors
    ///
    /// [`WriteError`] if the folder cannot be opened, if another process holds its lock for ten seconds, or if the
    /// path is that of a link or of anything else but a regular file.
    pub fn hold(path: &Path) -> Result<Self, WriteError> {
        Self::hold_within(path, LONGEST_WAIT)
    }

    /// Waits for another process that has the lock on the file's folder, for so long or ten seconds.
    ///
    /// It is for the beginning of a run that writes the file at its end. A folder that is not there is no
    /// hindrance.
    ///
    /// # Errors
    ///
    /// [`WriteError`] if the other process still has the lock.
    pub fn wait(path: &Path, limit: Option<Duration>) -> Result<(), WriteError> {
        let limit = limit.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        match Self::hold_within(path, limit) {
            Err(error) if error.is_busy() => Err(error),
            _ => Ok(()),
        }
    }

    fn hold_within(path: &Path, limit: Duration) -> Result<Self, WriteError> {
        check_target(path).map_err(because(NOT_REPLACED))?;
        let folder = folder_of(path);
        let guard =
            FolderLock::take(folder, limit).map_err(because("its folder cannot be locked"))?;
        if guard.is_locked() {
            tidy(folder, name_of(path));
        }
        let target = path.to_path_buf();
        Ok(Self { target, guard })
    }

    /// Replaces the text, gives the lock back, and returns what the file system could not do.
    ///
    /// # Errors
    ///
    /// [`WriteError`]; the old file is then untouched.
    pub fn replace(self, text: &str) -> Result<Shortcomings, WriteError> {
        self.write(text, |file, target| {
            file.persist(target).map_err(|error| error.error)
        })
    }

    /// Writes a file that is not there yet, as [`replace`](Self::replace) does.
    ///
    /// # Errors
    ///
    /// [`WriteError`], with [`ErrorKind::AlreadyExists`] if it is there by now.
    pub fn create(self, text: &str) -> Result<Shortcomings, WriteError> {
        self.write(text, |file, target| {
            file.persist_noclobber(target).map_err(|error| error.error)
        })
    }

    fn write(
        self,
        text: &str,
        persist: impl FnOnce(tempfile::NamedTempFile, &Path) -> io::Result<File>,
    ) -> Result<Shortcomings, WriteError> {
        let folder = folder_of(&self.target);
        let mut shortcomings = Shortcomings::new();
        if !self.guard.is_locked() {
            shortcomings
                .push("it has no locks: two runs at the same time may undo each other's work");
        }
        let mut file = temporary(folder, name_of(&self.target)).map_err(because(NO_TEMPORARY))?;
        // Not by the temporary file's own writer, whose errors name that file.
        file.as_file_mut()
            .write_all(text.as_bytes())
            .map_err(because("its text"))?;
        if keep_permissions(file.as_file(), &self.target).is_err() {
            shortcomings.push("it does not let permissions be set: look at those of the file");
        }
        file.as_file().sync_all().map_err(because("its text"))?;
        persist(file, &self.target).map_err(because("the temporary file cannot be renamed"))?;
        self.guard.release(folder);
        Ok(shortcomings)
    }
}

impl WriteError {
    /// Returns `true` if another process has the lock.
    pub fn is_busy(&self) -> bool {
        self.error.kind() == ErrorKind::TimedOut
    }

    /// Returns `true` if there is a link in the file's place, or something else that is no file.
    pub fn is_no_file(&self) -> bool {
        self.what == NOT_REPLACED
    }

    /// Returns `true` if the folder or the file system allows no writing.
    pub fn is_read_only(&self) -> bool {
        matches!(
            self.error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        )
    }
}

const NOT_REPLACED: &str = "it is not replaced";
const NO_TEMPORARY: &str = "a temporary file beside it cannot be made";

fn because(what: &'static str) -> impl FnOnce(io::Error) -> WriteError {
    move |error| WriteError { what, error }
}

/// Refuses to take the place of anything but a regular file.
fn check_target(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => check_regular(&metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

/// Gives a new file the permissions of the old one, or those that a new file would usually have.
#[cfg(unix)]
fn keep_permissions(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = match fs::metadata(path) {
        Ok(metadata) => metadata.permissions().mode() & 0o777,
        Err(error) if error.kind() == ErrorKind::NotFound => 0o644,
        Err(error) => return Err(error),
    };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_permissions(_file: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_that_is_there_is_not_created_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let create = |text| AtomicFile::hold(&path).unwrap().create(text);
        assert_eq!(create("one").unwrap(), Shortcomings::new());
        assert_eq!(
            create("two").unwrap_err().error.kind(),
            ErrorKind::AlreadyExists
        );
        assert_eq!(AtomicFile::read(&path).unwrap().unwrap(), "one");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn what_a_killed_writer_left_is_tidied_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.lock");
        let left =
            || fs::write(folder.path().join(".images.lock.imagelock.a1B2c3"), "half").unwrap();
        let others = [
            ".images.lock.backup",
            ".images.lock.imagelock.a1B2c3d",
            ".images.toml.imagelock.a1B2c3",
        ];
        for name in others {
            fs::write(folder.path().join(name), "").unwrap();
        }
        left();
        AtomicFile::tidy(&path);
        assert_eq!(names(folder.path()), others);
        left();
        AtomicFile::hold(&path).unwrap().replace("whole").unwrap();
        assert_eq!(names(folder.path())[3..], ["images.lock"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("link"), folder.path().join("other"));
        for there in [false, true] {
            if there {
                fs::write(&other, "theirs").unwrap();
            }
            let _ = fs::remove_file(&path);
            std::os::unix::fs::symlink(&other, &path).unwrap();
            let errors = [
                AtomicFile::hold(&path).unwrap_err(),
                AtomicFile::check(&path).unwrap_err(),
            ];
            for error in errors {
                assert!(error.to_string().contains("a link"), "{error}");
            }
            assert_eq!(other.exists(), there);
        }
    }
}
