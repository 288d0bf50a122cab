use std::path::{Path, PathBuf};

use crate::config::{self, Config};
use crate::error::Diagnostic;
use crate::lock::{self, Lock, LockFile};

/// A config, and the lock that goes with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Workspace {
    /// The validated config; its `warnings` are for the user.
    pub config: Config,
    /// The lock's place, and its text as it was when it was loaded.
    pub file: LockFile,
}

impl Workspace {
    /// Makes a workspace of a config, from wherever it was read, and of a lock's file.
    pub fn new(config: Config, file: LockFile) -> Self {
        Self { config, file }
    }

    /// Returns the path of the lock as it is shown.
    pub fn lock_name(&self) -> String {
        self.file.path().display().to_string()
    }

    /// Returns the lock, or an empty one if there is no file yet.
    ///
    /// # Errors
    ///
    /// Those of [`lock::read`].
    pub fn lock(&self) -> Result<Lock, Diagnostic> {
        match self.file.text() {
            Some(text) => lock::read(&self.lock_name(), text),
            None => Ok(Lock::default()),
        }
    }
}

/// Loads a config, and the lock at `lockfile` or else beside it, which need not be there yet.
///
/// # Errors
///
/// Every mistake in the config, or the reason why one of the files cannot be read.
pub fn load(config: &Path, lockfile: Option<&Path>) -> Result<Workspace, Vec<Diagnostic>> {
    let loaded = config::load(config)?;
    let lockfile = lockfile.map_or_else(|| lock_beside(config), Path::to_path_buf);
    let file = LockFile::load(&lockfile).map_err(|problem| vec![problem])?;
    Ok(Workspace::new(loaded, file))
}

/// Returns where the lock of a config is by default: `images.lock` in the same directory.
pub fn lock_beside(config: &Path) -> PathBuf {
    config.with_file_name("images.lock")
}
