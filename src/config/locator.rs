use std::ops::Range;

use super::SourceFile;
use super::document;
use crate::error::Diagnostic;
use crate::syntax::Node;

/// Finds the bytes of keys and values in a config's text, for messages and for edits in place.
///
/// A path names one key after the other; the items of a list are numbered from `0`.
#[derive(Clone, Debug)]
pub struct Locator {
    root: Node,
}

impl Locator {
    /// Reads a text to look for places in it. The text need not be a valid config.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] if the text is not of its format.
    pub fn new(source: &SourceFile) -> Result<Self, Diagnostic> {
        document::parse(source).map(|parsed| Self { root: parsed.root })
    }

    /// Returns the bytes of a key as it is written, with its quotes.
    pub fn key<S: AsRef<str>>(&self, path: &[S]) -> Option<Range<usize>> {
        Some(self.root.entry(path)?.key_span.clone())
    }

    /// Returns the bytes of a value as it is written, with its quotes or brackets.
    ///
    /// For a TOML table that has a header, that is the header.
    pub fn value<S: AsRef<str>>(&self, path: &[S]) -> Option<Range<usize>> {
        Some(self.root.node(path)?.span.clone())
    }
}
