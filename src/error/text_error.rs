use thiserror::Error;

use super::{Code, Fault};

/// A text that cannot be parsed, with the bytes at fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TextError {
    /// The code of the problem.
    pub code: Code,
    /// What is wrong, in one lower-case fragment.
    pub message: String,
    /// The first byte at fault, from 0, in the original text.
    pub offset: usize,
    /// The number of bytes at fault; zero marks a location where something is missing.
    pub length: usize,
    /// What to write instead.
    pub help: Option<String>,
}

impl TextError {
    pub(crate) fn new(
        code: Code,
        message: impl Into<String>,
        offset: usize,
        length: usize,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            offset,
            length,
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Fault for TextError {
    fn code(&self) -> Code {
        self.code
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }
}
