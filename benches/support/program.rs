//! Runs programs for the benchmarks of whole processes.

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a program in a folder; it must end well.
pub(crate) fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success(), "{program} {arguments:?}");
}
