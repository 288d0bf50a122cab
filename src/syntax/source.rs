use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::Format;
use crate::error::{Place, covered};

/// A file's text and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, as the user would write it.
    pub path: PathBuf,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
    /// The notation.
    pub format: Format,
    /// The text as it may be printed.
    shown: Arc<str>,
}

impl SourceFile {
    /// Makes a source of a text that is at hand.
    pub fn new(path: impl Into<PathBuf>, text: &str, format: Format) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        Self {
            path: path.into(),
            shown: covered(&text),
            text,
            format,
        }
    }

    /// Returns a marked place in this file, without a label; what may be secret in its text is covered.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place {
            file: self.path.display().to_string(),
            text: Arc::clone(&self.shown),
            span,
            label: String::new(),
        }
    }
}
