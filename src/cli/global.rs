use std::path::PathBuf;
use std::time::Duration;

use clap::builder::TypedValueParser as _;
use clap::{ArgAction, Args as ClapArgs, ValueEnum};
use jiff::SignedDuration;

use super::mirrors::MirrorsFrom;
use super::stats::StatsTarget;

/// The flags of every command.
#[derive(Clone, Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run as if started in this folder.
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// Use this config instead of the nearest images.toml, images.yaml or images.json above.
    #[arg(long, value_name = "FILE", global = true, env = "IMAGELOCK_CONFIG", value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from))]
    pub config: Option<PathBuf>,
    /// Use this lock instead of images.lock beside the config.
    #[arg(long, value_name = "FILE", global = true)]
    pub lockfile: Option<PathBuf>,
    /// Keep what is observed of tags in this file instead of observed.json in the cache's folder.
    #[arg(long, value_name = "FILE", global = true, env = "IMAGELOCK_STATE", value_parser = clap::builder::OsStringValueParser::new().map(PathBuf::from))]
    pub state: Option<PathBuf>,
    /// Fail with exit code 1 if the lock would change.
    #[arg(long, global = true, env = "IMAGELOCK_LOCKED", value_parser = clap::builder::FalseyValueParser::new(), action = ArgAction::SetTrue)]
    pub locked: bool,
    /// Do not use the network.
    #[arg(long, global = true, env = "IMAGELOCK_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), action = ArgAction::SetTrue)]
    pub offline: bool,
    /// The same as --locked and --offline together.
    #[arg(long, global = true)]
    pub frozen: bool,
    /// How many images are asked for at once: 64 by default.
    #[arg(short = 'j', long, value_name = "N", global = true, env = "IMAGELOCK_JOBS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// How long one request may take, retries apart: `30s`; 2 minutes by default, 30 seconds of them silent.
    #[arg(long, value_name = "DURATION", global = true, value_parser = parse_duration)]
    pub timeout: Option<Duration>,
    /// How long all requests together may take: `90s`, `10m`; for ever by default.
    #[arg(long, value_name = "DURATION", global = true, value_parser = parse_duration)]
    pub deadline: Option<Duration>,
    /// Follow other tools' files that say where mirrors are: containers (registries.conf), containerd
    /// (hosts.toml), docker (daemon.json); with the file or folder if it is not where that tool has it.
    #[arg(long, value_name = "KIND[=PATH]", global = true, env = "IMAGELOCK_MIRRORS_FROM", value_delimiter = ',', value_parser = MirrorsFrom::parse)]
    pub mirrors_from: Vec<MirrorsFrom>,
    /// How often a failed request is tried again: 3 times by default.
    #[arg(long, value_name = "N", global = true)]
    pub retries: Option<u32>,
    /// Show what the run cost, text or json: requests by kind, bytes, waits, time; to standard error, or to a
    /// file.
    #[arg(long, value_name = "FORMAT[=FILE]", global = true)]
    pub stats: Option<StatsTarget>,
    /// Write a page of HTML that shows when the run asked what of whom.
    #[arg(long, value_name = "FILE", global = true)]
    pub timings: Option<PathBuf>,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// When to show progress.
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = When::Auto)]
    pub progress: When,
    /// Say nothing but errors and what was asked for.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: each request; twice: each wait and retry too.
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

/// A choice that can be left to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// As the terminal and the environment suggest.
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
