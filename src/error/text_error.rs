use thiserror::Error;

use super::{Code, Fault};

/// A text that cannot be read as what it should be; says which bytes are at fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct TextError {
    /// The kind of text that it should be.
    pub code: Code,
    /// What is wrong, in one lowercase fragment.
    pub message: String,
    /// The first byte at fault, from 0, in the text as it was given.
    pub offset: usize,
    /// How many bytes are at fault; zero marks the place where something is missing.
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
