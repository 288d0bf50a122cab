use std::time::Duration;

/// The facts about a run that its statistics include.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// The name of the command, without its arguments.
    pub command: String,
    /// The exit code.
    pub exit_code: u8,
    /// The cost.
    pub cost: Cost,
}

/// The cost of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The time from start to end.
    pub wall: Duration,
    /// The processor time over all processors, of the program and of the system on its behalf, if known.
    pub cpu: Option<Duration>,
    /// The peak memory of the process in bytes, if known.
    pub peak_memory_bytes: Option<u64>,
}
