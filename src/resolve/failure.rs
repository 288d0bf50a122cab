use crate::error::{Class, Code, Diagnostic};

/// An image that could not be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The image's name.
    pub name: String,
    /// What went wrong.
    pub diagnostic: Diagnostic,
}

impl Failure {
    /// Creates a failure from a problem, which then names the image.
    pub fn new(name: &str, diagnostic: Diagnostic) -> Self {
        Self {
            name: name.into(),
            diagnostic: diagnostic.subject(name),
        }
    }

    /// Returns the class, which determines the exit code.
    pub fn class(&self) -> Class {
        self.diagnostic.code.class()
    }
}

/// Returns the class of the gravest of some failures; none if there are none.
///
/// That an image failed with a member of its group says nothing of its own: what that one failed of counts.
pub fn worst(failures: &[Failure]) -> Option<Class> {
    let is_cause = |failure: &&Failure| failure.diagnostic.code != Code::GroupFailed;
    let causes = failures.iter().filter(is_cause);
    let worst = causes.map(Failure::class).max();
    worst.or_else(|| failures.iter().map(Failure::class).max())
}
