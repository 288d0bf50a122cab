use std::path::PathBuf;

use crate::error::{Code, Diagnostic};
use crate::syntax::{Format, SourceFile};

/// Makes a file with Kubernetes objects of its bytes. JSON is read as the YAML that it is.
///
/// # Errors
///
/// [`Code::ImportSyntax`] if they are not UTF-8.
pub fn decode_manifest(path: impl Into<PathBuf>, bytes: &[u8]) -> Result<SourceFile, Diagnostic> {
    let path = path.into();
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(path, text, Format::Yaml)),
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let file = SourceFile::new(path, &good, Format::Yaml);
            let end = file.text.len();
            let message = format!("{} is not UTF-8", file.path.display());
            let mut place = file.place(end..end);
            place.label = "the first byte that is not UTF-8 follows here".to_string();
            Err(Diagnostic::new(Code::ImportSyntax, message).at(place))
        }
    }
}
