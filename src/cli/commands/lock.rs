use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::limits::LimitArgs;
use super::super::lock_update::{LockRequest, lock_update};
use super::super::output_format::OutputFormat;
use super::super::reports::ReportArgs;
use super::super::shards::ShardArgs;
use crate::resolve::Intent;

/// The arguments of `lock`.
#[derive(Debug, Args)]
pub struct LockArgs {
    /// Write the lock even if images fail; failed images keep their pins. The exit code still reports the
    /// failure.
    #[arg(long)]
    pub keep_going: bool,
    /// Show how many requests each registry would receive, as text or json, without sending any.
    #[arg(long, value_name = "FORMAT", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text", conflicts_with_all = ["dry_run", "format", "reports"])]
    pub plan: Option<OutputFormat>,
    /// Show what would change, without writing the lock.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub shards: ShardArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

pub(in crate::cli) fn run(args: &LockArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let request = LockRequest {
        intent: Intent::Lock,
        keep_going: args.keep_going,
        dry_run: args.dry_run,
        plan: args.plan,
        exit_code: false,
        level: None,
        limits: &args.limits,
        report: &args.report,
        shard: &args.shards,
    };
    lock_update(context, &request)
}
