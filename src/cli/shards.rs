use std::path::PathBuf;

use clap::Args;

use super::context::{CommandError, Context};
use crate::config::Shard;
use crate::error::{Code, Diagnostic};
use crate::workspace::{ShardRun, Workspace};

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

impl ShardArgs {
    /// Finds out what the shard is, if there is one.
    pub(super) fn shard_run(
        &self,
        context: &Context<'_>,
        workspace: &Workspace,
    ) -> Result<Option<ShardRun>, CommandError> {
        let Some(shard) = self.shard else {
            return Ok(None);
        };
        if context.is_locked() {
            let message = "--shard writes a part of the lock, which --locked and --frozen forbid";
            return Err(Diagnostic::new(Code::Usage, message).into());
        }
        let output = self.output.as_ref().map(|path| context.path(path));
        Ok(Some(ShardRun::new(workspace, shard, output.as_deref())?))
    }
}
