use std::fs::{FileType, Metadata};
use std::io::{Error, ErrorKind, Result};

/// Refuses what is no regular file, and says what it is.
pub(super) fn check_regular(metadata: &Metadata) -> Result<()> {
    let kind = metadata.file_type();
    if kind.is_dir() {
        return Err(Error::new(ErrorKind::IsADirectory, "it is a directory"));
    }
    if !kind.is_file() {
        let message = format!("it is {}, and only regular files are used", special(kind));
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    if is_of_processes(metadata) {
        let message = "it is of the system's table of processes, and only regular files are used";
        return Err(Error::new(ErrorKind::InvalidInput, message));
    }
    Ok(())
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;

    match kind {
        kind if kind.is_symlink() => "a link",
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "a link"
    } else {
        "a device"
    }
}

/// Returns `true` if a file is below `/proc`, where files look regular and are not: they hold what programs were
/// started with, their environment for one.
#[cfg(target_os = "linux")]
fn is_of_processes(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let device = |path: &str| std::fs::metadata(path).map(|found| found.dev()).ok();
    // Where nothing is mounted there, it is a folder like any other.
    device("/proc").is_some_and(|proc| proc == metadata.dev() && device("/") != Some(proc))
}

#[cfg(not(target_os = "linux"))]
fn is_of_processes(_metadata: &Metadata) -> bool {
    false
}
