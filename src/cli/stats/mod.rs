//! What a run cost: `--stats` and `--timings`, for every command.

mod target;
mod text;
mod usage;
mod watch;

pub use target::StatsTarget;
pub(super) use watch::Watch;
