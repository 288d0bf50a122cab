use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::context::{Context, Stop};
use super::project::Project;
use crate::config::{Config, Shard};
use crate::error::{Code, Diagnostic};
use crate::lock::{Lock, LockFile, ShardFailure, ShardLock};
use crate::resolve::Failure;

/// The flags of a sharded run.
#[derive(Debug, Default, Args)]
pub struct ShardArgs {
    /// Resolve only shard K of N, such as 3/8, and write a partial lock for `merge-shards`.
    #[arg(long, value_name = "K/N", value_parser = parse_shard)]
    pub shard: Option<Shard>,
    /// File or directory for the partial lock [default: images.lock.K-of-N next to the lock].
    #[arg(short, long, value_name = "FILE", requires = "shard")]
    pub output: Option<PathBuf>,
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "write K/N with K from 1 to N, such as 3/8".into())
}

/// The shard that a run resolves.
pub(super) struct OwnShard {
    shard: Shard,
    /// The images that are in it.
    pub(super) names: BTreeSet<String>,
    /// Where its part goes.
    pub(super) file: LockFile,
}

impl ShardArgs {
    /// Finds out what the shard is, if there is one.
    pub(super) fn own(
        &self,
        context: &Context<'_>,
        project: &Project,
    ) -> Result<Option<OwnShard>, Stop> {
        let Some(shard) = self.shard else {
            return Ok(None);
        };
        if context.global.locked || context.global.frozen {
            let message = "--shard writes a part of the lock, which --locked and --frozen forbid";
            return Err(Diagnostic::new(Code::Usage, message).into());
        }
        let usual = ShardLock::path(project.file.path(), shard);
        let path = match &self.output {
            None => usual,
            Some(path) => match context.path(path) {
                path if path.is_dir() => path.join(usual.file_name().unwrap_or_default()),
                path => path,
            },
        };
        check_place(&path)?;
        Ok(Some(OwnShard {
            shard,
            names: shard.names(&project.config),
            file: LockFile::load(&path)?,
        }))
    }
}

/// Makes sure that a part can be written to a place, and that nothing else is lost by it.
fn check_place(path: &Path) -> Result<(), Stop> {
    let name = path.display().to_string();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let message = format!("there is no folder {} for the part", folder.display());
        return Err(Diagnostic::new(Code::Io, message).into());
    }
    if let Some(text) = LockFile::load(path)?.text()
        && ShardLock::read(&name, text).is_err()
    {
        let message = format!("{name} is there, and is no part of a lock");
        return Err(Diagnostic::new(Code::ShardMismatch, message)
            .help("name another file with --output, or delete this one")
            .into());
    }
    Ok(())
}

impl OwnShard {
    /// Removes the part of an earlier run: should this one fail, nobody takes it for its own.
    pub(super) fn begin(&mut self) -> Result<(), Stop> {
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

    /// Returns the text of the part, of what the run came to.
    pub(super) fn part(
        &self,
        run: String,
        config: &Config,
        before: Option<&str>,
        lock: &Lock,
        failures: &[Failure],
    ) -> String {
        let failed = failures.iter().map(|failure| ShardFailure {
            name: failure.name.clone(),
            code: failure.diagnostic.code,
            message: failure.diagnostic.message.clone(),
            notes: failure.diagnostic.notes.clone(),
            help: failure.diagnostic.help.clone(),
        });
        let part = ShardLock {
            shard: self.shard,
            run,
            config: ShardLock::digest_of_config(config),
            before: before.map(ShardLock::digest_of_lock),
            lock: lock.clone(),
            failed: failed.collect(),
        };
        part.write()
    }
}
