use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{LoadedLock, LockProposal, Workspace};
use crate::error::{Code, Diagnostic};
use crate::lock::{self, LockFile, ShardLock};
use crate::resolve::{Failure, Resolution};

/// Joins partial locks, each from a file of its own, to the lock that a single run would propose.
///
/// # Errors
///
/// [`Code::ShardMissing`] if a file or a shard is missing; those of [`ShardLock::read`] and [`lock::merge`].
pub fn merge_shards(
    workspace: &Workspace,
    before: LoadedLock,
    files: &[PathBuf],
    now: Timestamp,
) -> Result<LockProposal, Diagnostic> {
    let parts = files.iter().map(|path| read(path));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let text = workspace.file.text();
    let (after, failed) = lock::merge(&workspace.config, (text, &before.lock), &parts)?;
    let mut resolution = Resolution::unasked(after.images.clone(), now);
    let failures = failed.into_iter().map(|failed| {
        let mut diagnostic = Diagnostic::new(failed.code, failed.message);
        (diagnostic.notes, diagnostic.help) = (failed.notes, failed.help);
        Failure::new(&failed.name, diagnostic)
    });
    resolution.failures = failures.collect();
    Ok(LockProposal::new(before, after, resolution))
}

fn read(path: &Path) -> Result<(String, ShardLock), Diagnostic> {
    let name = path.display().to_string();
    let file = LockFile::load(path)?;
    let Some(text) = file.text() else {
        return Err(Diagnostic::new(
            Code::ShardMissing,
            format!("there is no {name}"),
        ));
    };
    let part = ShardLock::read(&name, text)?;
    Ok((name, part))
}

/// Returns the files that hold partial locks of a lock, sorted: those that are named, and in directories those
/// with the name of a partial lock; without any path, those beside the lock.
///
/// # Errors
///
/// [`Code::Io`] if a directory cannot be listed.
pub fn shard_files(paths: &[PathBuf], lock: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let name = lock.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    if paths.is_empty() {
        let directory = lock
            .parent()
            .filter(|directory| !directory.as_os_str().is_empty());
        search(
            directory.unwrap_or(Path::new(".")),
            &name,
            false,
            &mut found,
        )?;
    }
    for path in paths {
        if path.is_dir() {
            search(path, &name, true, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Looks for partial locks in a directory, and in those below it where artifacts may have been put.
fn search(
    directory: &Path,
    lock: &str,
    deep: bool,
    found: &mut Vec<PathBuf>,
) -> Result<(), Diagnostic> {
    let unreadable = |error| {
        let message = format!("cannot look for parts in {}: {error}", directory.display());
        Diagnostic::new(Code::Io, message)
    };
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = match directory.to_str() {
            Some(".") => PathBuf::from(entry.file_name()),
            _ => entry.path(),
        };
        // A link to a directory is not followed: it may lead in a circle.
        let is_directory = entry.file_type().map_err(unreadable)?.is_dir();
        if is_directory && deep {
            search(&path, lock, deep, found)?;
        } else if !is_directory && ShardLock::has_name(&entry.file_name().to_string_lossy(), lock) {
            found.push(path);
        }
    }
    Ok(())
}
