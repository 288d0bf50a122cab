use std::fs::{self, DirEntry, FileType};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::context::Stop;
use crate::error::{Code, Diagnostic};
use crate::file::{self, AtomicFile, check_inside};

/// The most that is read of a small file.
const SMALL_BYTES: u64 = 4 << 20;
/// The most that is read of any other file.
const LARGE_BYTES: u64 = 64 << 20;

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
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            Diagnostic::new(Code::Io, format!("there is no {}", path.display()))
        }
        _ => unreadable(path, &error),
    })?;
    if metadata.is_dir() {
        below(path, is_wanted, &mut found)?;
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
    file::read(path, SMALL_BYTES).map(Zeroizing::new)
}

/// Reads a file of somebody else's, a manifest for one.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let bytes = check_inside(path).and_then(|()| file::read(path, LARGE_BYTES));
    bytes.map_err(|error| unreadable(path, &error).into())
}

/// Finds out whether a file that is no lock and no config can be written.
pub(super) fn check_aside(path: &Path) -> Result<(), String> {
    check_inside(path).map_err(|error| error.to_string())?;
    AtomicFile::check(path).map_err(|error| error.to_string())
}

/// Writes a file that is no lock and no config: whole, in the repository if it is named there, and never
/// through a link.
pub(super) fn write_aside(path: &Path, text: &str) -> Result<(), String> {
    check_inside(path).map_err(|error| error.to_string())?;
    let written = AtomicFile::hold(path).and_then(|file| file.replace(text));
    written.map(drop).map_err(|error| error.to_string())
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, format!("cannot read {}: {error}", path.display()))
}

fn below(
    folder: &Path,
    is_wanted: impl Fn(&Path) -> bool + Copy,
    found: &mut Vec<PathBuf>,
) -> Result<(), Stop> {
    let mut entries = entries(folder).map_err(|error| unreadable(folder, &error))?;
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (entry, kind) in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let vendored = entry.ends_with("node_modules") || entry.ends_with("vendor");
        // Workflows live in a hidden folder; a link could lead round in a circle.
        if (hidden && !entry.ends_with(".github")) || vendored || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            below(&entry, is_wanted, found)?;
        } else if is_wanted(&entry) {
            found.push(entry);
        }
    }
    Ok(())
}

/// Lists a folder, whole: an image in what is left out would be left out unnoticed.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, FileType)>> {
    let entry = |entry: io::Result<DirEntry>| {
        let entry = entry?;
        Ok((entry.path(), entry.file_type()?))
    };
    fs::read_dir(folder)?.map(entry).collect()
}
