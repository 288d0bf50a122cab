use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read as _, Result};
use std::path::Path;

use super::kind::check_regular;

/// Reads a regular file of at most so many bytes.
///
/// A link is followed; what it leads to is looked at before it is opened, and again before it is read.
///
/// # Errors
///
/// What the system says; [`ErrorKind::FileTooLarge`]; [`ErrorKind::IsADirectory`]; and
/// [`ErrorKind::InvalidInput`] for a pipe, a socket, a device or a file below `/proc`.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    // Opening alone can do something to a device, and waits at a pipe.
    check_regular(&fs::metadata(path)?)?;
    let file = open(path)?;
    let metadata = file.metadata()?;
    check_regular(&metadata)?;
    // One byte more tells that the file is too large, and spares secrets a move while they are read.
    let size = usize::try_from(metadata.len().min(most) + 1).unwrap_or_default();
    let mut bytes = Vec::with_capacity(size);
    if metadata.len() <= most {
        file.take(most + 1).read_to_end(&mut bytes)?;
    }
    if metadata.len().max(bytes.len() as u64) > most {
        return Err(Error::new(
            ErrorKind::FileTooLarge,
            format!("it is larger than {}", in_words(most)),
        ));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn open(path: &Path) -> Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    // Should a pipe have taken the file's place since it was looked at, nobody waits for its other end.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags.cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File> {
    File::open(path)
}

fn in_words(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        whole => format!("{whole} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_cap() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let error = read(&path, 4).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 4 bytes");
        let error = read(&folder.path().join("no"), 4).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_and_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, word) in [
            (folder.path(), "a directory"),
            (&pipe, "a pipe"),
            (&link, "a pipe"),
            (&socket, "a socket"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            let error = read(path, 9).unwrap_err();
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_environment_of_a_process_is_no_file() {
        for path in ["/proc/self/environ", "/proc/self/cmdline"] {
            let error = read(Path::new(path), 1 << 20).unwrap_err();
            assert!(error.to_string().contains("processes"), "{error}");
        }
    }
}
