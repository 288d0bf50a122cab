//! The command: arguments, settings, terminal and exit codes, with one file per command.
//!
//! This is the only module that prints, reads the environment, and decides how the process ends.
//!
//! ```
//! use imagelock::cli::{Environment, Streams, run};
//!
//! let mut streams = Streams::captured(b"1.27.4\n1.27.5\n1.28.0\n");
//! let code = run(["imagelock", "pick", "--constraint", "~1.27"], &Environment::default(), &mut streams);
//! assert_eq!((code, streams.stdout_text().as_str()), (0, "1.27.5\n"));
//! ```

mod access;
mod args;
mod cache_folder;
mod client;
mod clock;
mod clouds;
mod commands;
mod context;
mod counts;
mod credentials;
mod environment;
mod files;
mod git;
mod global;
mod limits;
mod lock_update;
mod mirrors;
mod mirrors_from;
mod output_format;
mod people;
mod policy_flags;
mod programs;
mod progress;
mod project;
mod registries;
mod reports;
mod run;
mod shards;
mod size;
mod state;
mod stats;
mod stats_target;
mod streams;
mod table;
mod terminal;
mod threads;

pub use args::{Args, Command};
pub use environment::Environment;
pub use global::{Global, When};
pub use mirrors_from::{MirrorsFrom, MirrorsKind};
pub use run::{main, run};
pub use stats_target::StatsTarget;
pub use streams::Streams;
