use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// How many characters the temporary name ends with.
const RANDOM: usize = 6;

/// Returns what the names of a file's temporary files begin with.
pub(super) fn prefix(file: &OsStr) -> String {
    format!(".{}.imagelock.", file.to_string_lossy())
}

/// Removes what writers that were killed left of a file.
///
/// Only for whoever holds the lock on the folder: no other writer is at work then. What cannot be removed
/// stays, since it is in nobody's way.
pub(super) fn tidy(folder: &Path, file: &OsStr) {
    let prefix = prefix(file);
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_left = name
            .to_str()
            .and_then(|name| name.strip_prefix(&prefix))
            .is_some_and(|rest| {
                rest.len() == RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        if is_left && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Creates a temporary file beside a file.
pub(super) fn temporary(folder: &Path, file: &OsStr) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new()
        .prefix(&prefix(file))
        .rand_bytes(RANDOM)
        .tempfile_in(folder)
}
