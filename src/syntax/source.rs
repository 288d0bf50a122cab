use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::Format;
use crate::error::{Place, covered};

/// A file's text and where it came from.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path, as the user would write it.
    pub path: PathBuf,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
    /// The notation.
    pub format: Format,
    /// The text as it may be printed, once somebody asks for it: most files have no problem.
    shown: OnceLock<Arc<str>>,
}

impl SourceFile {
    /// Makes a source of a text that is at hand.
    pub fn new(path: impl Into<PathBuf>, text: &str, format: Format) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        Self {
            path: path.into(),
            text,
            format,
            shown: OnceLock::new(),
        }
    }

    /// Returns a marked place in this file, without a label; what may be secret in its text is covered.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place {
            file: self.path.display().to_string(),
            text: Arc::clone(self.shown.get_or_init(|| covered(&self.text))),
            span,
            label: String::new(),
        }
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.text, self.format) == (&other.path, &other.text, other.format)
    }
}

impl Eq for SourceFile {}
