use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::context::{Context, Stop};
use super::project::Project;
use crate::config::{Config, Shard};
use crate::error::{Code, Diagnostic};
use crate::lock::{Failed, Lock, LockFile, Part};
use crate::resolve::Failure;

/// The flags for a run that is divided among machines.
#[derive(Debug, Default, Args)]
pub struct ShardArgs {
    /// Resolve the images of one shard of several, such as 3/8, and write a part of the lock for `merge-shards`.
    #[arg(long, value_name = "K/N", value_parser = parse_shard)]
    pub shard: Option<Shard>,
    /// The file for the part; images.lock.K-of-N beside the lock if left out.
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
        let path = match &self.output {
            Some(path) => context.path(path),
            None => Part::path(project.file.path(), shard),
        };
        Ok(Some(OwnShard {
            shard,
            names: shard.names(&project.config),
            file: LockFile::load(&path)?,
        }))
    }
}

impl OwnShard {
    /// Returns the text of the part, of what the run came to.
    pub(super) fn part(
        &self,
        config: &Config,
        before: Option<&str>,
        lock: &Lock,
        failures: &[Failure],
    ) -> String {
        let failed = failures.iter().map(|failure| Failed {
            name: failure.name.clone(),
            code: failure.diagnostic.code,
            message: failure.diagnostic.message.clone(),
        });
        let part = Part {
            shard: self.shard,
            config: Part::digest_of_config(config),
            before: before.map(Part::digest_of_lock),
            lock: lock.clone(),
            failed: failed.collect(),
        };
        part.write()
    }
}
