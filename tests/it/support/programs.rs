//! The real programs that some tests need.

use std::io::{Write as _, stderr};
use std::process::{Command, Stdio};

/// Says whether a program is installed; on Linux, where the variable `CI` is set, it must be.
pub(crate) fn installed(program: &str) -> bool {
    runs(program, &["--version"])
}

/// The same for a program that is tried out with other arguments.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        #[expect(clippy::disallowed_methods, reason = "tests run in an environment")]
        let required = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let required = required && cfg!(target_os = "linux");
        assert!(!required, "{program} is not installed, and CI is set");
        // Not by a macro: the test harness would hide it for a test that passes.
        let _closed = writeln!(stderr(), "skipped: {program} is not installed");
    }
    found
}
