use std::path::Path;
use std::sync::Arc;

use crate::error::{Code, Diagnostic, Place, covered};

/// The text of a file with Kubernetes objects: YAML of one or several documents, or JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// The path, as the user would write it.
    pub path: String,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
    /// The text as it may be printed.
    shown: Arc<str>,
}

impl ManifestFile {
    /// Makes a file of a text that is at hand.
    pub fn new(path: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        Self {
            path: path.into(),
            shown: covered(&text),
            text,
        }
    }

    /// Makes a file of its bytes.
    ///
    /// # Errors
    ///
    /// [`Code::ImportSyntax`] if they are not UTF-8.
    pub fn of_bytes(path: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let path = path.into();
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let file = Self::new(path, &good);
                let end = file.text.len();
                let message = format!("{} is not UTF-8", file.path);
                let place = file.place(end..end, "the first byte that is not UTF-8 follows here");
                Err(Diagnostic::new(Code::ImportSyntax, message).at(place))
            }
        }
    }

    /// Tells by its name whether a file may hold Kubernetes objects: `.yaml`, `.yml`, `.json`.
    pub fn may_be(path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml" | "json"))
    }

    pub(super) fn place(&self, span: std::ops::Range<usize>, label: &str) -> Place {
        Place {
            file: self.path.clone(),
            text: Arc::clone(&self.shown),
            span,
            label: label.to_string(),
        }
    }
}
