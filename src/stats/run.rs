use std::time::Duration;

/// A run, as far as its figures name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// The command's name, without its arguments.
    pub command: String,
    /// How it ended.
    pub exit_code: u8,
    /// What it took.
    pub cost: Cost,
}

/// What a run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The time from its beginning to its end.
    pub wall: Duration,
    /// The time of all processors, for the program and for the system on its behalf, where that is known.
    pub cpu: Option<Duration>,
    /// The most memory that the process held, in bytes, where that is known.
    pub peak_memory_bytes: Option<u64>,
}
