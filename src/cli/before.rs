use super::context::{CommandError, Context};
use crate::lock::{self, Lock, LockFile, Saved};

/// The lock as it is, and what must be said of it.
pub(super) struct Before {
    pub(super) lock: Lock,
    /// The images that are in conflict, where the lock had conflict markers.
    pub(super) conflicts: Option<Vec<String>>,
}

impl Before {
    /// Reads the lock; one with conflict markers only where it may be repaired.
    pub(super) fn read(file: &LockFile, name: &str, repair: bool) -> Result<Self, CommandError> {
        match file.text() {
            None => Ok(Self {
                lock: Lock::default(),
                conflicts: None,
            }),
            Some(text) if repair && lock::has_conflict_markers(text) => {
                let merged = lock::read_conflicted(name, text)?;
                Ok(Self {
                    lock: merged.lock,
                    conflicts: Some(merged.conflicts),
                })
            }
            Some(text) => Ok(Self {
                lock: lock::read(name, text)?,
                conflicts: None,
            }),
        }
    }

    /// Writes the lock that comes after this one.
    pub(super) fn save(
        &self,
        file: &LockFile,
        after: &Lock,
        text: &str,
    ) -> Result<Saved, CommandError> {
        // A newer release may write keys that this one does not know in a form of its own: as long as
        // nothing changes, its bytes stay.
        let unknown_keys =
            !after.extra.is_empty() || after.images.iter().any(|entry| !entry.extra.is_empty());
        let same = file.text().is_some() && self.conflicts.is_none() && self.lock == *after;
        if same && unknown_keys {
            return Ok(Saved::unchanged());
        }
        Ok(file.save(text)?)
    }

    /// Says that the conflict was repaired, if there was one.
    pub(super) fn tell(&self, context: &mut Context<'_>) -> Result<(), CommandError> {
        if let Some(conflicts) = &self.conflicts {
            let names = if conflicts.is_empty() {
                "none in conflict".into()
            } else {
                conflicts.join(", ")
            };
            context.terminal.status(&format!(
                "   Repaired the merge conflict; resolved again: {names}"
            ))?;
        }
        Ok(())
    }
}
