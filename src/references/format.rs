use std::path::Path;

use super::occurrence::Occurrence;
use crate::syntax::SyntaxError;

/// A format of files that hold image references.
pub trait FileFormat: Sync {
    /// Says by its name whether a file may be of this format.
    fn may_be(&self, path: &Path) -> bool;

    /// Returns what a text names, in its order, each place once.
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] if the text is not of the format, as a template is until it is rendered.
    fn occurrences(&self, text: &str) -> Result<Vec<Occurrence>, SyntaxError>;
}
