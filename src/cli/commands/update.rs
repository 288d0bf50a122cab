use std::collections::BTreeSet;

use clap::Args;

use super::super::context::{CommandError, Context};
use super::super::limits::LimitArgs;
use super::super::lock_update::{LockRequest, lock_update};
use super::super::output_format::OutputFormat;
use super::super::reports::ReportArgs;
use super::super::shards::ShardArgs;
use crate::config::Config;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;
use crate::policy::Level;
use crate::resolve::Intent;

/// The arguments of `update`.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Images to update: keys of [images] [default: all].
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Pin one image to TAG. Ignores the cooldown, but the policy must allow TAG.
    #[arg(long, value_name = "TAG", requires = "names", conflicts_with = "shard")]
    pub precise: Option<String>,
    /// Show how many requests each registry would receive, as text or json, without sending any.
    #[arg(long, value_name = "FORMAT", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "text", conflicts_with_all = ["dry_run", "format", "reports"])]
    pub plan: Option<OutputFormat>,
    /// Show what would change, without writing the lock.
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// With --dry-run, exit with code 1 if the lock would change.
    #[arg(long, requires = "dry_run")]
    pub exit_code: bool,
    /// Write the lock even if images fail; failed images keep their pins. The exit code still reports the
    /// failure.
    #[arg(long)]
    pub keep_going: bool,
    /// Update the images of this group, in addition to those named. Repeatable.
    #[arg(long = "group", value_name = "GROUP", conflicts_with = "precise")]
    pub groups: Vec<String>,
    /// Limit the version step: patch, minor or major. A stricter `level` in the config still applies.
    #[arg(long, value_name = "LEVEL", value_parser = parse_level)]
    pub level: Option<Level>,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub shards: ShardArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

fn parse_level(text: &str) -> Result<Level, String> {
    Level::named(text).ok_or_else(|| "write `patch`, `minor` or `major`".into())
}

pub(in crate::cli) fn run(args: UpdateArgs, context: &mut Context<'_>) -> Result<(), CommandError> {
    let intent = match (args.precise, args.names.as_slice()) {
        (None, _) => Intent::Update {
            names: names(args.names, &args.groups, context)?,
        },
        (Some(tag), [name]) => {
            let tag = Tag::parse(&tag).map_err(|error| Diagnostic::of(&error))?;
            Intent::Precise {
                name: name.clone(),
                tag,
            }
        }
        (Some(_), _) => {
            return Err(Diagnostic::new(Code::Usage, "--precise takes exactly one image").into());
        }
    };
    let request = LockRequest {
        intent,
        keep_going: args.keep_going,
        dry_run: args.dry_run,
        plan: args.plan,
        exit_code: args.exit_code,
        level: args.level,
        limits: &args.limits,
        report: &args.report,
        shard: &args.shards,
    };
    lock_update(context, &request)
}

/// Returns the names that were given, and those of the members of the groups.
fn names(
    mut names: Vec<String>,
    groups: &[String],
    context: &Context<'_>,
) -> Result<BTreeSet<String>, CommandError> {
    if groups.is_empty() {
        return Ok(names.into_iter().collect());
    }
    let config = context.config()?;
    let mut unknown = Vec::new();
    for group in groups {
        let members: Vec<&str> = config.group_members(group).collect();
        if members.is_empty() {
            unknown.push(unknown_group(group, &config));
        }
        names.extend(members.into_iter().map(str::to_owned));
    }
    if unknown.is_empty() {
        Ok(names.into_iter().collect())
    } else {
        Err(unknown.into())
    }
}

fn unknown_group(name: &str, config: &Config) -> Diagnostic {
    let groups = config.images.iter().filter_map(|spec| spec.group.as_ref());
    let known: BTreeSet<&str> = groups.map(|group| group.name.as_str()).collect();
    let known: Vec<&str> = known.into_iter().collect();
    let diagnostic = Diagnostic::new(Code::UnknownImage, format!("there is no group `{name}`"));
    if known.is_empty() {
        diagnostic.help("give images a `group` in the config first")
    } else {
        diagnostic.help(format!("the groups are {}", known.join(", ")))
    }
}
