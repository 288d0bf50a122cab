use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::context::Stop;
use crate::error::{Code, Diagnostic};

/// The most that is read of a small file.
const SMALL_BYTES: u64 = 4 << 20;

/// Returns a file, or the wanted ones below a folder in the order of their names.
///
/// Hidden folders but `.github`, `node_modules`, `vendor` and links are passed over. `unwanted` says what
/// is wrong with a file that was named and is not wanted.
pub(super) fn files(
    path: &Path,
    is_wanted: impl Fn(&Path) -> bool + Copy,
    unwanted: &str,
) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    if path.is_dir() {
        below(path, is_wanted, &mut found)?;
    } else if !path.exists() {
        let message = format!("there is no {}", path.display());
        return Err(Diagnostic::new(Code::Io, message).into());
    } else if is_wanted(path) {
        found.push(path.to_path_buf());
    } else {
        let message = format!("{} is {unwanted}", path.display());
        return Err(Diagnostic::new(Code::Usage, message).into());
    }
    Ok(found)
}

/// Reads a file of settings, certificates or a key, which has no business to be large.
pub(super) fn read_small(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    // One byte more tells that the file is too large.
    let file = File::open(path)?;
    file.take(SMALL_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SMALL_BYTES {
        let reason = format!("it is larger than {SMALL_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    fs::read(path).map_err(|error| unreadable(path, &error).into())
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, format!("cannot read {}: {error}", path.display()))
}

fn below(
    folder: &Path,
    is_wanted: impl Fn(&Path) -> bool + Copy,
    found: &mut Vec<PathBuf>,
) -> Result<(), Stop> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut entries: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let vendored = entry.ends_with("node_modules") || entry.ends_with("vendor");
        // Workflows live in a hidden folder; a link could lead round in a circle.
        if (hidden && !entry.ends_with(".github")) || vendored || entry.is_symlink() {
            continue;
        }
        if entry.is_dir() {
            below(&entry, is_wanted, found)?;
        } else if is_wanted(&entry) {
            found.push(entry);
        }
    }
    Ok(())
}
