//! The files of a project: set up, looked at, and held to what they were or were to become.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use imagelock::tag::Ledger;

use crate::support::sandbox::Sandbox;

/// The file of observations, in the project or in the cache's folder: its times differ from run to run.
pub(super) const STATE: &str = "observed.json";

/// A file as it is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) bytes: Vec<u8>,
    pub(super) mode: u32,
}

/// All files below a folder, by their path in it.
pub(super) type Files = BTreeMap<String, Stored>;

/// Reads all files below a folder, if it is there.
pub(super) fn files_of(folder: &Path) -> Files {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = files_of(&entry.path()).into_iter();
            files.extend(below.map(|(path, file)| (format!("{name}/{path}"), file)));
        } else {
            let bytes = fs::read(entry.path()).unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            files.insert(name, Stored { bytes, mode });
        }
    }
    files
}

/// Makes a sandbox with these files.
pub(super) fn sandbox_of(files: &Files) -> Sandbox {
    let sandbox = Sandbox::new();
    for (path, file) in files {
        sandbox.write(path, &file.bytes);
        let mode = Permissions::from_mode(file.mode);
        fs::set_permissions(sandbox.path().join(path), mode).unwrap();
    }
    sandbox
}

/// Says whether a file is what a writer has in hand until it is whole.
pub(super) fn is_temporary(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with('.') && name.contains(".imagelock.")
}

/// What a project was before a run, and what it is after one in which nothing goes wrong.
pub(super) struct Change<'a> {
    pub(super) before: &'a Files,
    pub(super) after: &'a Files,
    /// The files that a run removes before it writes them again.
    pub(super) removed: &'a [&'a str],
}

impl Change<'_> {
    /// Holds every file to what it was or was to become, and returns the temporary ones.
    ///
    /// `loose` are files whose permissions the system did not let the program set: they are their owner's alone.
    pub(super) fn check_whole(
        &self,
        sandbox: &Sandbox,
        loose: bool,
    ) -> Result<Vec<String>, String> {
        let mut found = files_of(&sandbox.path());
        let mut temporary: Vec<String> = Vec::new();
        let known: BTreeSet<&String> = self.before.keys().chain(self.after.keys()).collect();
        for path in known {
            let (old, new) = (self.before.get(path), self.after.get(path));
            let Some(file) = found.remove(path) else {
                let may_be_absent = old.is_none() || self.removed.contains(&path.as_str());
                ensure(may_be_absent, || format!("{path} is gone"))?;
                continue;
            };
            let is_old = old.is_some_and(|old| old.bytes == file.bytes);
            let is_new = new.is_some_and(|new| same(path, &new.bytes, &file.bytes));
            ensure(is_old || is_new, || {
                let text = String::from_utf8_lossy(&file.bytes);
                format!("{path} is neither the old nor the new one:\n{text}")
            })?;
            let mode = if is_new { new.or(old) } else { old }.map_or(0, |file| file.mode);
            let is_kept = file.mode == mode || (loose && file.mode == 0o600);
            ensure(is_kept, || {
                format!("{path} has the permissions {:o}", file.mode)
            })?;
        }
        for path in found.into_keys() {
            ensure(is_temporary(&path), || format!("{path} is new"))?;
            temporary.push(path);
        }
        let cache = files_of(&sandbox.cache());
        for (path, file) in cache
            .iter()
            .filter(|(path, _)| !path.starts_with("content/"))
        {
            let is_whole = is_temporary(path) || (path == STATE && same(STATE, &[], &file.bytes));
            ensure(is_whole, || format!("{path} in the cache is not whole"))?;
            if is_temporary(path) {
                temporary.push(path.clone());
            }
        }
        let outside = files_of(&sandbox.home());
        ensure(outside.is_empty(), || format!("in the home: {outside:?}"))?;
        Ok(temporary)
    }

    /// Holds all files to what they were to become.
    pub(super) fn check_done(&self, sandbox: &Sandbox) -> Result<(), String> {
        let found = files_of(&sandbox.path());
        for (path, new) in self.after {
            let is_done = found
                .get(path)
                .is_some_and(|file| same(path, &new.bytes, &file.bytes));
            ensure(is_done, || format!("{path} is not the new one"))?;
        }
        Ok(())
    }
}

/// Compares contents; of what has times in it, any whole one will do.
fn same(path: &str, one: &[u8], other: &[u8]) -> bool {
    if path != STATE {
        return one == other;
    }
    let text = str::from_utf8(other).unwrap_or_default();
    Ledger::parse(text).is_ok_and(|ledger| ledger.to_text() == text)
}

/// An error unless something holds.
pub(super) fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}
