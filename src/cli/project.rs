use std::path::{Path, PathBuf};

use super::context::{CommandError, Context};
use crate::config::{self, Config, SourceFile};
use crate::error::{Code, Diagnostic};
use crate::lock::LockFile;
use crate::workspace::{ConfigText, Workspace, lock_beside};

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
            None => lock_beside(config),
        }
    }

    /// Loads the config.
    pub(super) fn config(&self) -> Result<Config, CommandError> {
        Ok(config::load(&self.config_path()?)?)
    }

    /// Loads config and lock, and shows what there is to know about the config.
    pub(super) fn workspace(&mut self) -> Result<Workspace, CommandError> {
        let path = self.config_path()?;
        let config = config::load(&path)?;
        for warning in &config.warnings {
            self.terminal.problem(warning)?;
        }
        let file = LockFile::load(&self.lock_path(&path))?;
        Ok(Workspace::new(config, file))
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

    /// Loads the lock's file alone.
    pub(super) fn lock_file(&self) -> Result<LockFile, CommandError> {
        let path = match &self.global.lockfile {
            Some(path) => self.path(path),
            None => self.lock_path(&self.config_path()?),
        };
        Ok(LockFile::load(&path)?)
    }

    /// Loads the config that is to be edited: the one that was named or the nearest above, else a new
    /// `images.toml` in the folder.
    pub(super) fn config_text(&self) -> Result<ConfigText, CommandError> {
        let path = match &self.global.config {
            Some(_) => self.config_path()?,
            None => match config::discover(&std::path::absolute(self.folder())?)? {
                Some(_) => self.config_path()?,
                None => self.folder().join("images.toml"),
            },
        };
        Ok(ConfigText::load(path)?)
    }
}

fn not_a_folder(folder: &Path, why: &str) -> CommandError {
    let message = format!("cannot work in {}: {why}", folder.display());
    Diagnostic::new(Code::Io, message)
        .help("-C names a folder that is there")
        .into()
}
