use crate::error::{Code, Diagnostic};
use crate::lock::{self, Lock, LockFile};

/// Returns the pins of a lock, which must be there.
///
/// # Errors
///
/// [`Code::LockMissing`] if there is no file; those of [`lock::read`].
pub fn list(file: &LockFile) -> Result<Lock, Diagnostic> {
    let name = file.path().display().to_string();
    match file.text() {
        Some(text) => lock::read(&name, text),
        None => Err(
            Diagnostic::new(Code::LockMissing, format!("there is no {name}"))
                .help("make it with `imagelock lock`"),
        ),
    }
}
