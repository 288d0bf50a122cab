use super::{Workspace, list};
use crate::error::{Code, Diagnostic};
use crate::lock::{self, Drift, Lock, drift};

/// Returns the lock if it is what the config asks for, and written as [`lock::write`] writes it.
///
/// # Errors
///
/// [`Code::Drift`] if it is not; those of [`list()`].
pub fn check(workspace: &Workspace) -> Result<Lock, Diagnostic> {
    let lock = list(&workspace.file)?;
    let name = workspace.lock_name();
    let drifts = drift(&workspace.config, &lock);
    if !drifts.is_empty() {
        return Err(drift_problem(workspace, &drifts));
    }
    let text = workspace.file.text().unwrap_or_default();
    // A newer release may write keys that this one does not know in a form of its own.
    if !lock.has_unknown_keys() && text.replace("\r\n", "\n") != lock::write(&lock) {
        return Err(
            Diagnostic::new(Code::Drift, format!("{name} is not as imagelock writes it"))
                .note("every pin is right, but the text was edited by hand or by another tool")
                .help("run `imagelock lock`"),
        );
    }
    Ok(lock)
}

/// Returns the problem of a lock that does not match its config, with a note for each image.
pub fn drift_problem(workspace: &Workspace, drifts: &[Drift]) -> Diagnostic {
    let (lock, config) = (
        workspace.lock_name(),
        workspace.config.source.path.display(),
    );
    let mut diagnostic = Diagnostic::new(Code::Drift, format!("{lock} does not match {config}"));
    let width = drifts.iter().map(|drift| drift.name.len()).max();
    let width = width.unwrap_or(0);
    diagnostic.notes = drifts
        .iter()
        .flat_map(|drift| {
            let line = format!("{:width$}  {}", drift.name, drift.kind);
            line.lines().map(str::to_string).collect::<Vec<_>>()
        })
        .collect();
    diagnostic.help("run `imagelock lock`")
}
