use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Code, Diagnostic, Place, covered};
use crate::file::{self, check_inside};
use crate::syntax::{Format, SourceFile};

/// The largest config that is read, in bytes: one of some 300,000 images.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// The largest manifest that is read, in bytes.
const MAX_MANIFEST_BYTES: u64 = 16 * 1024 * 1024;

impl SourceFile {
    /// Reads a file of at most 32 MiB, in the format that its extension names.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] if the file is missing, unreadable, too large or not UTF-8, or if its
    /// extension is not `.toml`, `.yaml`, `.yml` or `.json`.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let shown = path.display();
        let Some(format) = Format::of(path) else {
            return Err(Diagnostic::new(
                Code::Usage,
                format!("cannot tell the format of `{shown}` by its name"),
            )
            .help("name it `.toml`, `.yaml`, `.yml` or `.json`"));
        };
        let bytes = read_bytes(path)?;
        let text = decoded(path, &bytes, Code::ConfigSyntax)?;
        Ok(Self::new(path, text, format))
    }

    /// Reads a Kubernetes manifest of at most 16 MiB.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] if the file is unreadable, too large or not UTF-8.
    pub(super) fn read_manifest(path: &Path) -> Result<Self, Diagnostic> {
        let shown = path.display();
        let bytes = file::read(path, MAX_MANIFEST_BYTES).map_err(|error| {
            if error.kind() == ErrorKind::FileTooLarge {
                return Diagnostic::new(
                    Code::SourceSyntax,
                    format!("`{shown}` is larger than 16 MiB"),
                )
                .help("check that this is a manifest, and split it if it is");
            }
            Diagnostic::new(Code::Io, format!("cannot read `{shown}`: {error}"))
        })?;
        let text = decoded(path, &bytes, Code::SourceSyntax)?;
        // JSON is read as the YAML that it is.
        Ok(Self::new(path, text, Format::Yaml))
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let shown = path.display();
    let bytes = check_inside(path).and_then(|()| file::read(path, MAX_BYTES));
    bytes.map_err(|error| match error.kind() {
        ErrorKind::NotFound if path.symlink_metadata().is_err() => {
            Diagnostic::new(Code::ConfigMissing, format!("`{shown}` does not exist"))
                .help("run `imagelock init` to write a first config")
        }
        ErrorKind::FileTooLarge => {
            let message = format!("`{shown}` is larger than 32 MiB");
            Diagnostic::new(Code::ConfigSyntax, message)
                .help("check that this is the config, and split it if it is")
        }
        _ => Diagnostic::new(Code::Io, format!("cannot read `{shown}`: {error}")),
    })
}

fn decoded<'b>(path: &Path, bytes: &'b [u8], code: Code) -> Result<&'b str, Diagnostic> {
    let shown = path.display();
    if bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        return Err(not_text(Diagnostic::new(
            code,
            format!("`{shown}` is not a text file"),
        )));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let end = good.len();
        let problem = Diagnostic::new(code, format!("`{shown}` is not UTF-8"));
        let problem = match bytes.get(..2) {
            Some([0xff, 0xfe] | [0xfe, 0xff]) => problem.note("it looks like UTF-16"),
            _ if !is_text(bytes) => return not_text(problem),
            _ => problem.at(Place {
                file: shown.to_string(),
                text: covered(&good.into()),
                span: end..end,
                label: "the first byte that is not UTF-8 follows here".into(),
            }),
        };
        problem.help("save the file in the encoding UTF-8")
    })
}

/// Leaves the lines out: what is no text may be anything, a secret too.
fn not_text(problem: Diagnostic) -> Diagnostic {
    problem
        .note("it does not look like text, so nothing of it is shown")
        .help("name the file that is meant")
}

/// Says whether bytes are text in some encoding: they have none of the characters that terminals act on.
fn is_text(bytes: &[u8]) -> bool {
    let is_of_text = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    bytes.iter().all(is_of_text)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn write(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn reads_a_file_in_the_format_of_its_name() {
        for (name, format) in [
            ("a.toml", Format::Toml),
            ("a.yaml", Format::Yaml),
            ("a.yml", Format::Yaml),
            ("a.json", Format::Json),
        ] {
            let (_folder, path) = write(name, b"\xef\xbb\xbfversion");
            let source = SourceFile::read(&path).unwrap();
            assert_eq!((source.format, &*source.text), (format, "version"));
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let large = vec![b'#'; 32 * 1024 * 1024 + 1];
        for (name, bytes, code, part) in [
            ("a.ini", &b""[..], Code::Usage, "format"),
            ("a.toml", b"a = \"\xff\"", Code::ConfigSyntax, "UTF-8"),
            ("b.toml", b"\xff\xfea\0", Code::ConfigSyntax, "UTF-16"),
            (
                "d.toml",
                b"\x7fELF\0\xff",
                Code::ConfigSyntax,
                "nothing of it",
            ),
            ("e.toml", b"\x7fELF\0", Code::ConfigSyntax, "nothing of it"),
            ("c.toml", &large, Code::ConfigSyntax, "32 MiB"),
        ] {
            let (_folder, path) = write(name, bytes);
            let problem = SourceFile::read(&path).unwrap_err();
            assert_eq!(problem.code, code);
            assert!(
                problem.render(false).contains(part),
                "{}",
                problem.render(false)
            );
        }
        let missing = SourceFile::read(Path::new("no/such.toml")).unwrap_err();
        assert_eq!(missing.code, Code::ConfigMissing);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.toml");
        std::fs::create_dir(&path).unwrap();
        assert_eq!(SourceFile::read(&path).unwrap_err().code, Code::Io);
    }
}
