use std::io;
use std::sync::Arc;

use super::environment::Environment;
use super::global::Global;
use super::terminal::Terminal;
use crate::error::{Class, Diagnostic};
use crate::observe::Recorder;

/// How a command ended short of success.
pub(super) enum CommandError {
    /// Problems that were not shown yet.
    Problems(Vec<Diagnostic>),
    /// All was said; this is the exit code.
    Code(u8),
    /// Standard output or error cannot be written.
    Io(io::Error),
}

impl From<Diagnostic> for CommandError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Problems(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for CommandError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Problems(diagnostics)
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl CommandError {
    /// Returns the stop whose answer is no.
    pub(super) fn no() -> Self {
        Self::Code(Class::No.exit_code())
    }
}

/// Everything a command needs besides its own arguments.
pub(super) struct Context<'s> {
    pub(super) global: Global,
    pub(super) environment: &'s Environment,
    pub(super) terminal: Terminal<'s>,
    /// Who counts what is asked, where that is to be shown.
    pub(super) recorder: Option<Arc<Recorder>>,
}

impl Context<'_> {
    /// Returns `true` if the lock must not change.
    pub(super) fn is_locked(&self) -> bool {
        self.global.locked || self.global.frozen
    }
}
