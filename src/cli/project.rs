use std::path::{Path, PathBuf};

use super::context::{CommandError, Context};
use crate::config::{self, Config, SourceFile};
use crate::error::{Code, Diagnostic};
use crate::lock::{self, Lock, LockFile};

/// The files that a command works on.
pub(super) struct Project {
    /// The validated config.
    pub(super) config: Config,
    /// The lock's place and text.
    pub(super) file: LockFile,
}

impl Context<'_> {
    /// Returns the folder the command works in.
    pub(super) fn folder(&self) -> PathBuf {
        self.global
            .directory
            .clone()
            .unwrap_or_else(|| PathBuf::from("."))
    }

    /// Refuses a folder to work in that is none: a search for the config would begin above it.
    pub(super) fn check_folder(&self) -> Result<(), CommandError> {
        let Some(folder) = self.global.directory.as_ref() else {
            return Ok(());
        };
        match std::fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => Ok(()),
            Ok(_) => Err(not_a_folder(folder, "it is a file")),
            Err(error) => Err(not_a_folder(folder, &error.to_string())),
        }
    }

    /// Returns a path as it was meant: relative to the folder the command works in.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        match &self.global.directory {
            Some(folder) => folder.join(path),
            None => path.to_path_buf(),
        }
    }

    /// Finds the config: the one that was named, else the nearest above.
    pub(super) fn config_path(&self) -> Result<PathBuf, CommandError> {
        if let Some(path) = &self.global.config {
            return Ok(self.path(path));
        }
        let folder = self.folder();
        // An absolute start lets the search walk up; the path is shown relative where that is shorter.
        let start = std::path::absolute(&folder).map_err(|error| {
            Diagnostic::new(
                Code::Io,
                format!("cannot find {}: {error}", folder.display()),
            )
        })?;
        match config::discover(&start)? {
            Some(found) => {
                let here = std::path::absolute(".").unwrap_or_default();
                Ok(found
                    .strip_prefix(&here)
                    .map(Path::to_path_buf)
                    .unwrap_or(found))
            }
            None => Err(Diagnostic::new(
                Code::ConfigMissing,
                format!("there is no images.toml in {} or above", start.display()),
            )
            .help("write one with `imagelock init`, or name one with --config FILE")
            .into()),
        }
    }

    /// Finds the lock: the one that was named, else the one beside the config.
    pub(super) fn lock_path(&self, config: &Path) -> PathBuf {
        match &self.global.lockfile {
            Some(path) => self.path(path),
            None => config.with_file_name("images.lock"),
        }
    }

    /// Loads the config.
    pub(super) fn config(&self) -> Result<Config, CommandError> {
        Ok(config::load(&self.config_path()?)?)
    }

    /// Loads config and lock, and shows what there is to know about the config.
    pub(super) fn project(&mut self) -> Result<Project, CommandError> {
        let path = self.config_path()?;
        let config = config::load(&path)?;
        for warning in &config.warnings {
            self.terminal.problem(warning)?;
        }
        let file = LockFile::load(&self.lock_path(&path))?;
        Ok(Project { config, file })
    }

    /// Reads the config if there is one, for what it says of registries.
    pub(super) fn optional_config(&self) -> Result<Option<Config>, CommandError> {
        let path = match &self.global.config {
            Some(path) => Some(self.path(path)),
            None => config::discover(&std::path::absolute(self.folder())?)?,
        };
        match path {
            // What stands beside workloads says nothing of registries.
            Some(path) => Ok(Some(config::parse(&SourceFile::read(&path)?)?)),
            None => Ok(None),
        }
    }

    /// Loads the lock alone, which must be there.
    pub(super) fn lock(&self) -> Result<(LockFile, Lock), CommandError> {
        let path = match &self.global.lockfile {
            Some(path) => self.path(path),
            None => self.lock_path(&self.config_path()?),
        };
        let file = LockFile::load(&path)?;
        let lock = read_present(&file)?;
        Ok((file, lock))
    }
}

fn not_a_folder(folder: &Path, why: &str) -> CommandError {
    let message = format!("cannot work in {}: {why}", folder.display());
    Diagnostic::new(Code::Io, message)
        .help("-C names a folder that is there")
        .into()
}

impl Project {
    /// Returns the lock, or an empty one if there is no file yet.
    pub(super) fn lock(&self) -> Result<Lock, CommandError> {
        match self.file.text() {
            Some(_) => read_present(&self.file),
            None => Ok(Lock::default()),
        }
    }
}

/// Reads a lock that must be there.
pub(super) fn read_present(file: &LockFile) -> Result<Lock, CommandError> {
    let name = file.path().display().to_string();
    match file.text() {
        Some(text) => Ok(lock::read(&name, text)?),
        None => Err(
            Diagnostic::new(Code::LockMissing, format!("there is no {name}"))
                .help("make it with `imagelock lock`")
                .into(),
        ),
    }
}
