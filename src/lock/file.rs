use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Code, Diagnostic};
use crate::file::{AtomicFile, Shortcomings, WriteError, check_inside};

/// A lock on disk, as it was when it was loaded.
#[derive(Clone, Debug)]
pub struct LockFile {
    path: PathBuf,
    text: Option<String>,
}

/// The result of [`LockFile::save`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The file was written.
    Yes,
    /// The file already had the text and was not changed.
    Unchanged,
}

/// The result of saving a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Whether anything was written.
    pub written: Written,
    /// A warning if the file system does not support all safety measures.
    pub warning: Option<Diagnostic>,
}

impl LockFile {
    /// Reads a lock's text, if the file exists.
    ///
    /// # Errors
    ///
    /// [`Code::Io`] if the file exists and cannot be read as UTF-8 text, is not a regular file, or is reached
    /// through a link out of the repository.
    pub fn load(path: &Path) -> Result<Self, Diagnostic> {
        let text = check_inside(path).and_then(|()| AtomicFile::read(path));
        let text = text.map_err(|error| {
            Diagnostic::new(Code::Io, format!("cannot read {}: {error}", path.display()))
        })?;
        Ok(Self {
            path: path.into(),
            text,
        })
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the text as it was loaded; `None` if there was no file.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Waits until no other process is writing a file in the same directory, up to a limit, by default ten
    /// seconds.
    ///
    /// # Errors
    ///
    /// [`Code::LockWrite`] if another process is still writing.
    pub fn wait(&self, limit: Option<Duration>) -> Result<(), Diagnostic> {
        AtomicFile::wait(&self.path, limit).map_err(|error| self.unwritten(&error))
    }

    /// Replaces the file's text atomically, or leaves the file as it is.
    ///
    /// The text goes to a temporary file in the same directory, which is synced and renamed while an advisory
    /// lock is held. A text that differs only in line endings counts as equal. Nothing is written if another
    /// process changed the file since it was loaded; this is not an error if its text is the same.
    ///
    /// # Errors
    ///
    /// [`Code::LockWrite`]; the old file is then unchanged.
    pub fn save(&self, text: &str) -> Result<Saved, Diagnostic> {
        if self.is(text) {
            return Ok(Saved::unchanged());
        }
        let file = AtomicFile::hold(&self.path).map_err(|error| self.unwritten(&error))?;
        let now = Self::load(&self.path)?;
        if now.text != self.text {
            if now.is(text) {
                return Ok(Saved::unchanged());
            }
            return Err(Diagnostic::new(
                Code::LockWrite,
                format!(
                    "{} was changed by another process in the meantime",
                    self.path.display()
                ),
            )
            .help("run the command again"));
        }
        let shortcomings = file.replace(text).map_err(|error| self.unwritten(&error))?;
        Ok(Saved {
            written: Written::Yes,
            warning: lacks(&self.path, shortcomings),
        })
    }

    /// Removes the temporary files that killed runs left next to the file.
    pub fn tidy(&self) {
        AtomicFile::tidy(&self.path);
    }

    fn is(&self, text: &str) -> bool {
        let same = |old: &String| old == text || old.replace("\r\n", "\n") == text;
        self.text.as_ref().is_some_and(same)
    }

    fn unwritten(&self, error: &WriteError) -> Diagnostic {
        let diagnostic = Diagnostic::new(
            Code::LockWrite,
            format!("cannot write {}: {error}", self.path.display()),
        );
        if error.is_busy() {
            return diagnostic.help(
                "wait for the other run in this folder to end, or end it, and run the command again",
            );
        }
        if error.is_no_file() {
            return diagnostic
                .help("name the file itself with `--lockfile`, or put a file in the link's place");
        }
        if error.is_read_only() {
            return diagnostic.help(
                "make the folder writable, or use `imagelock check` where nothing may be written",
            );
        }
        diagnostic
    }
}

/// Makes a warning of what the file system could not do about a file, if there is anything.
pub(crate) fn lacks(path: &Path, shortcomings: Shortcomings) -> Option<Diagnostic> {
    if shortcomings.is_empty() {
        return None;
    }
    let message = format!("the file system of {} lacks something", path.display());
    let mut warning = Diagnostic::new(Code::FileSystem, message);
    warning.notes = shortcomings.into_iter().map(str::to_owned).collect();
    Some(warning)
}

impl Saved {
    /// Creates the result for a file that was not changed.
    pub fn unchanged() -> Self {
        Self {
            written: Written::Unchanged,
            warning: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[cfg(unix)]
    #[test]
    fn a_folder_that_another_process_has_locked_is_waited_for_no_longer_than_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let new = LockFile::load(&folder.path().join("images.lock")).unwrap();
        // Each opening of the folder has a lock of its own.
        let other = fs::File::open(folder.path()).unwrap();
        other.lock().unwrap();
        let problem = new.wait(Some(Duration::from_millis(30))).unwrap_err();
        assert_eq!(problem.code, Code::LockWrite);
        let text = problem.render(false);
        assert!(text.contains("images.lock"), "{text}");
        assert!(
            text.contains("another process has had the lock for 30ms"),
            "{text}"
        );
        assert!(text.contains("help: wait for the other run"), "{text}");
        other.unlock().unwrap();
        new.wait(Some(Duration::ZERO)).unwrap();
        let nowhere = LockFile::load(&folder.path().join("none/images.lock")).unwrap();
        nowhere.wait(None).unwrap();
    }

    #[test]
    fn writes_once_and_leaves_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.lock");
        let new = LockFile::load(&path).unwrap();
        assert_eq!(new.text(), None);
        assert_eq!(new.save("a\n").unwrap().written, Written::Yes);
        let loaded = LockFile::load(&path).unwrap();
        assert_eq!(loaded.save("a\n").unwrap().written, Written::Unchanged);
        assert_eq!(loaded.save("b\n").unwrap().written, Written::Yes);
        assert_eq!(fs::read_to_string(&path).unwrap(), "b\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn windows_line_ends_are_equal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.lock");
        fs::write(&path, "a\r\nb\r\n").unwrap();
        assert_eq!(
            LockFile::load(&path)
                .unwrap()
                .save("a\nb\n")
                .unwrap()
                .written,
            Written::Unchanged
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "a\r\nb\r\n");
    }

    #[test]
    fn a_change_by_another_process_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.lock");
        let loaded = LockFile::load(&path).unwrap();
        fs::write(&path, "theirs\n").unwrap();
        assert_eq!(loaded.save("ours\n").unwrap_err().code, Code::LockWrite);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs\n");
        assert_eq!(loaded.save("theirs\n").unwrap().written, Written::Unchanged);
    }

    #[test]
    fn what_the_file_system_lacks_is_told_in_one_warning() {
        let path = Path::new("images.lock");
        assert_eq!(lacks(path, Vec::new()), None);
        let warning = lacks(path, vec!["one", "two"]).unwrap();
        assert_eq!((warning.code, warning.notes.len()), (Code::FileSystem, 2));
    }
}
