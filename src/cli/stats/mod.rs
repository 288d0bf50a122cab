//! What a run cost: `--stats` and `--timings`, for every command.

mod text;
mod usage;
mod watch;

pub(super) use watch::Watch;
