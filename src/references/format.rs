use std::path::Path;

use super::dockerfile::Dockerfile;
use super::occurrence::Occurrence;
use super::yaml::Yaml;
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

/// Every format, the ones with particular names first.
const FORMATS: [&dyn FileFormat; 2] = [&Dockerfile, &Yaml];

/// Returns the format of a file by its name; nothing for files that hold no references.
pub fn format_of(path: &Path) -> Option<&'static dyn FileFormat> {
    FORMATS.into_iter().find(|format| format.may_be(path))
}
