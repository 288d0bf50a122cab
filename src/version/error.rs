use thiserror::Error;

use crate::error::{Code, Fault};

/// The text is not a constraint; says which bytes are at fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ConstraintError {
    /// What is wrong, in one lowercase fragment.
    pub message: String,
    /// The first byte at fault, from 0, in the text as it was given.
    pub offset: usize,
    /// How many bytes are at fault; zero marks the place where something is missing.
    pub length: usize,
    /// What to write instead.
    pub help: Option<String>,
}

impl ConstraintError {
    pub(super) fn new(message: impl Into<String>, offset: usize, length: usize) -> Self {
        Self {
            message: message.into(),
            offset,
            length,
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Fault for ConstraintError {
    fn code(&self) -> Code {
        Code::BadConstraint
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }
}
