use std::path::PathBuf;

use super::context::{CommandError, Context};
use crate::tag::Observations;
use crate::workspace::StateFile;

impl Context<'_> {
    /// Loads what was observed in earlier runs: from the file that was named, else from the cache's folder.
    pub(super) fn state(&mut self) -> Result<StateFile, CommandError> {
        if let Some(path) = &self.global.state {
            return Ok(StateFile::load(self.path(path))?);
        }
        let Some(path) = self.cached_state() else {
            return Ok(StateFile::default());
        };
        let (state, warning) = StateFile::load_cached(path);
        if let Some(warning) = warning {
            self.terminal.problem(&warning)?;
        }
        Ok(state)
    }

    /// Notes what this run observed.
    pub(super) fn save_state(
        &mut self,
        state: &StateFile,
        observations: &Observations,
    ) -> Result<(), CommandError> {
        if state.is_cached()
            && !observations.is_empty()
            && let Some(cache) = self.content_cache()
        {
            // Where that fails, the writing says so.
            let _ = cache.make_folder();
        }
        if let Some(warning) = state.save(observations)? {
            self.terminal.problem(&warning)?;
        }
        Ok(())
    }

    /// Removes what runs that were killed left beside the file, also if this one has nothing to note.
    pub(super) fn tidy_state(&self) {
        let named = self.global.state.as_ref().map(|path| self.path(path));
        if let Some(path) = named.or_else(|| self.cached_state()) {
            StateFile::tidy(&path);
        }
    }

    fn cached_state(&self) -> Option<PathBuf> {
        Some(self.cache_folder()?.join("observed.json"))
    }
}
