use std::path::Path;
use std::process::Command;

use super::programs;
use crate::error::{Code, Diagnostic};

/// Returns a file's text at a revision; nothing if the revision does not have the file.
///
/// # Errors
///
/// [`Code::Git`] if git is missing, the folder is in no repository, or the revision does not exist.
pub(super) fn show(revision: &str, file: &Path) -> Result<Option<String>, Diagnostic> {
    let folder = folder_of(file);
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    // Revisions are words for git's own parser; `--verify` and `--end-of-options` keep it from
    // reading one as an option.
    let commit = format!("{revision}^{{commit}}");
    let verified = git(
        folder,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ],
    )?;
    if !verified.status.success() {
        let inside = git(folder, &["rev-parse", "--is-inside-work-tree"])?
            .status
            .success();
        let diagnostic = Diagnostic::new(
            Code::Git,
            format!("`{revision}` is neither a file nor a git revision"),
        );
        return Err(if inside {
            diagnostic
                .help("`git log --oneline` shows the revisions; the first commit has no `HEAD~1`")
        } else {
            diagnostic.help("this folder is in no git repository: name two files instead")
        });
    }
    let commit = String::from_utf8_lossy(&verified.stdout).trim().to_string();
    let object = format!("{commit}:./{name}");
    if !git(folder, &["cat-file", "-e", &object])?.status.success() {
        return Ok(None);
    }
    let shown = git(folder, &["show", &object])?;
    if !shown.status.success() {
        return Err(
            Diagnostic::new(Code::Git, format!("git cannot show {name} at `{revision}`"))
                .note(String::from_utf8_lossy(&shown.stderr).trim().to_string()),
        );
    }
    String::from_utf8(shown.stdout).map(Some).map_err(|_| {
        Diagnostic::new(
            Code::LockSyntax,
            format!("{name} at `{revision}` is not UTF-8 text"),
        )
    })
}

/// Returns a file's path from the top of its git repository, or its name where it is in none.
pub(super) fn path_from_top(file: &Path) -> String {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let folder = folder_of(file);
    match git(folder, &["rev-parse", "--show-prefix"]) {
        Ok(output) if output.status.success() => {
            format!(
                "{}{name}",
                String::from_utf8_lossy(&output.stdout).trim_end_matches('\n')
            )
        }
        _ => name,
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<std::process::Output, Diagnostic> {
    let failed = |reason: &str| {
        Diagnostic::new(Code::Git, format!("cannot run git: {reason}"))
            .help("install git, or name two files")
    };
    let program = programs::find("git").ok_or_else(|| {
        failed("it is in no absolute directory of PATH outside of the repository")
    })?;
    Command::new(program)
        .current_dir(folder)
        .env("PATH", programs::path())
        .args(arguments)
        .output()
        .map_err(|error| failed(&error.to_string()))
}
