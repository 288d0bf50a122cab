use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{LockProposal, Workspace};
use crate::config::Shard;
use crate::error::{Code, Diagnostic};
use crate::lock::{LockFile, ShardFailure, ShardLock};

/// A run that resolves one shard of the images, and writes a partial lock.
#[derive(Clone, Debug)]
pub struct ShardRun {
    shard: Shard,
    /// The images that are in it.
    pub names: BTreeSet<String>,
    /// Where its part goes.
    pub file: LockFile,
}

/// Makes sure that a part can be written to a place, and that nothing else is lost by it.
fn check_place(path: &Path) -> Result<(), Diagnostic> {
    let name = path.display().to_string();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let message = format!("there is no folder {} for the part", folder.display());
        return Err(Diagnostic::new(Code::Io, message));
    }
    if let Some(text) = LockFile::load(path)?.text()
        && ShardLock::read(&name, text).is_err()
    {
        let message = format!("{name} is there, and is no part of a lock");
        return Err(Diagnostic::new(Code::ShardMismatch, message)
            .help("name another file with --output, or delete this one"));
    }
    Ok(())
}

impl ShardRun {
    /// Prepares a run of a shard, whose partial lock goes to `output`: a file, or a directory that is there; by
    /// default a file beside the lock.
    ///
    /// # Errors
    ///
    /// [`Code::Io`] if nothing can be written there, [`Code::ShardMismatch`] if something else is there.
    pub fn new(
        workspace: &Workspace,
        shard: Shard,
        output: Option<&Path>,
    ) -> Result<Self, Diagnostic> {
        let usual = ShardLock::path(workspace.file.path(), shard);
        let path = match output {
            None => usual,
            Some(path) if path.is_dir() => path.join(usual.file_name().unwrap_or_default()),
            Some(path) => path.to_path_buf(),
        };
        check_place(&path)?;
        Ok(Self {
            shard,
            names: shard.names(&workspace.config),
            file: LockFile::load(&path)?,
        })
    }

    /// Removes the partial lock of an earlier run, which could be taken for this one's if this one fails.
    ///
    /// # Errors
    ///
    /// [`Code::Io`] if it cannot be removed.
    pub fn begin(&mut self) -> Result<(), Diagnostic> {
        let path = self.file.path().to_path_buf();
        if self.file.text().is_some() {
            fs::remove_file(&path).map_err(|error| {
                let message = format!("cannot remove the old {}: {error}", path.display());
                Diagnostic::new(Code::Io, message)
            })?;
            self.file = LockFile::load(&path)?;
        }
        Ok(())
    }

    /// Returns the text of the partial lock that follows from a proposal; `run` is the command that asked for it.
    pub fn partial_lock(
        &self,
        run: String,
        workspace: &Workspace,
        proposal: &LockProposal,
    ) -> String {
        let failures = proposal.resolution.failures.iter();
        let failed = failures.map(|failure| ShardFailure {
            name: failure.name.clone(),
            code: failure.diagnostic.code,
            message: failure.diagnostic.message.clone(),
            notes: failure.diagnostic.notes.clone(),
            help: failure.diagnostic.help.clone(),
        });
        let part = ShardLock {
            shard: self.shard,
            run,
            config: ShardLock::digest_of_config(&workspace.config),
            before: workspace.file.text().map(ShardLock::digest_of_lock),
            lock: proposal.after.clone(),
            failed: failed.collect(),
        };
        part.write()
    }
}
