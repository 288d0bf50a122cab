//! The real programs that some tests need.

use std::ffi::OsStr;
use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says whether a program is installed; on Linux, where the variable `CI` is set, it must be.
pub(crate) fn installed(program: &str) -> bool {
    runs(program, &["--version"])
}

/// The same for a program that is tried out with other arguments.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    let found = succeeds(program, arguments);
    require(program, found);
    found
}

/// Returns where a server is that is installed, on the path or beside it; it must be as well.
///
/// `version` is the argument that makes it tell its version and end.
pub(crate) fn server(program: &str, version: &str) -> Option<PathBuf> {
    let folders = ["", "/usr/sbin", "/usr/local/sbin"];
    let mut places = folders
        .map(|folder| Path::new(folder).join(program))
        .into_iter();
    let found = places.find(|place| succeeds(place, &[version]));
    require(program, found.is_some());
    found
}

fn succeeds(program: impl AsRef<OsStr>, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Fails where a program must be there and is not; elsewhere it is told that a test is skipped.
fn require(program: &str, found: bool) {
    if !found {
        #[expect(clippy::disallowed_methods, reason = "tests run in an environment")]
        let required = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let required = required && cfg!(target_os = "linux");
        assert!(!required, "{program} is not installed, and CI is set");
        // Not by a macro: the test harness would hide it for a test that passes.
        let _closed = writeln!(stderr(), "skipped: {program} is not installed");
    }
}
