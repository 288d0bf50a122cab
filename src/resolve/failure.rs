use crate::error::{Class, Diagnostic};

/// An image that could not be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The image's name.
    pub name: String,
    /// What went wrong.
    pub diagnostic: Diagnostic,
}

impl Failure {
    /// Makes a failure of a problem, which then names the image.
    pub fn new(name: &str, diagnostic: Diagnostic) -> Self {
        Self {
            name: name.into(),
            diagnostic: diagnostic.subject(name),
        }
    }

    /// Returns the class, which fixes the exit code.
    pub fn class(&self) -> Class {
        self.diagnostic.code.class()
    }
}
