use std::path::PathBuf;
use std::time::Duration;

use clap::builder::TypedValueParser as _;
use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use jiff::SignedDuration;

use super::mirrors_from::MirrorsFrom;
use super::stats_target::StatsTarget;

/// The flags of all commands.
#[derive(Clone, Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// Use this config [default: the nearest images.toml, images.yaml or images.json,
    /// in this directory or a parent].
    #[arg(long, value_name = "FILE", global = true, env = "IMAGELOCK_CONFIG", value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from))]
    pub config: Option<PathBuf>,
    /// Use this lock [default: images.lock next to the config].
    #[arg(long, value_name = "FILE", global = true)]
    pub lockfile: Option<PathBuf>,
    /// Use this state file, which records when tags were first seen [default: observed.json in the cache
    /// directory].
    #[arg(long, value_name = "FILE", global = true, env = "IMAGELOCK_STATE", value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from))]
    pub state: Option<PathBuf>,
    /// Fail with exit code 1 if the lock would change.
    #[arg(long, global = true, env = "IMAGELOCK_LOCKED", value_parser = clap::builder::FalseyValueParser::new(), action = ArgAction::SetTrue)]
    pub locked: bool,
    /// Do not use the network.
    #[arg(long, global = true, env = "IMAGELOCK_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), action = ArgAction::SetTrue)]
    pub offline: bool,
    /// Combine --locked and --offline.
    #[arg(long, global = true)]
    pub frozen: bool,
    /// Resolve up to N images concurrently; also the most concurrent requests per host [default: 64].
    #[arg(short = 'j', long, value_name = "N", global = true, env = "IMAGELOCK_JOBS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Limit the time for one request, not counting retries, such as `30s` [default: 2m, or 30s without
    /// receiving data].
    #[arg(long, value_name = "DURATION", global = true, value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// Limit the total time for all requests, such as `90s` or `10m` [default: no limit].
    #[arg(long, value_name = "DURATION", global = true, value_parser = parse_duration)]
    pub deadline: Option<Duration>,
    /// Read mirrors from another tool's files: containers (registries.conf), containerd (hosts.toml) or
    /// docker (daemon.json). PATH is needed only if the files are not in that tool's usual place. Repeatable.
    #[arg(long, value_name = "KIND[=PATH]", global = true, env = "IMAGELOCK_MIRRORS_FROM", value_delimiter = ',', value_parser = MirrorsFrom::parse)]
    pub mirrors_from: Vec<MirrorsFrom>,
    /// Retry a failed request up to N times [default: 3].
    #[arg(long, value_name = "N", global = true)]
    pub retries: Option<u32>,
    /// Report the cost of the run as text or json: requests by kind, bytes, waits and time. Prints to standard
    /// error, or writes to FILE.
    #[arg(long, value_name = "FORMAT[=FILE]", global = true)]
    pub stats: Option<StatsTarget>,
    /// Write a timeline of all requests to FILE, as HTML.
    #[arg(long, value_name = "FILE", global = true)]
    pub timings: Option<PathBuf>,
    /// Choose when to use color.
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// Choose when to show progress.
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = When::Auto)]
    pub progress: When,
    /// Print only errors and results.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: -v each request, -vv also each wait and retry.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Global {
    /// Takes variables that are set to nothing for not set, as scripts leave them.
    #[must_use]
    pub(super) fn without_nothing(mut self) -> Self {
        for path in [&mut self.config, &mut self.state] {
            path.take_if(|path| path.as_os_str().is_empty());
        }
        self
    }
}

/// When something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Decide by the terminal and the environment.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let span: SignedDuration = text
        .parse()
        .map_err(|_| "write a duration such as `30s` or `2m`".to_string())?;
    let duration =
        Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_string())?;
    if duration.is_zero() {
        return Err("a duration of nothing lets no request succeed".into());
    }
    Ok(duration)
}
