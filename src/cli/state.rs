use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{Context, Stop};
use crate::error::{Code, Diagnostic, Place};
use crate::file::{AtomicFile, WriteError, check_inside};
use crate::tag::{Ledger, Observations};

/// What was observed in earlier runs, and where it is kept.
pub(super) struct State {
    pub(super) ledger: Ledger,
    /// None where nothing is kept.
    file: Option<StateFile>,
}

#[derive(Clone)]
struct StateFile {
    path: PathBuf,
    /// Whether the user named it; only then is it an error if it cannot be read or written.
    named: bool,
}

impl Context<'_> {
    /// Loads what was observed in earlier runs: from the file that was named, else from the cache's folder.
    ///
    /// A file of its own choice that is damaged is set aside with a warning.
    pub(super) fn state(&mut self) -> Result<State, Stop> {
        let Some(file) = self.state_file() else {
            return Ok(State::unkept(None));
        };
        match file.read() {
            Ok(ledger) => Ok(State {
                ledger,
                file: Some(file),
            }),
            Err(problem) if file.named => Err(problem.into()),
            Err(problem) => {
                let aside = file.path.with_extension("json.damaged");
                let damaged = problem.code == Code::StateSyntax;
                let moved = damaged && std::fs::rename(&file.path, &aside).is_ok();
                let warning = lost(&problem).note(if moved {
                    format!("it was set aside as {}", aside.display())
                } else {
                    "it stays as it is, and this run is not noted".into()
                });
                self.terminal.problem(&warning)?;
                Ok(State::unkept(Some(file).filter(|_| moved)))
            }
        }
    }

    /// Removes what runs that were killed left beside the file, also if this one has nothing to note.
    pub(super) fn tidy_state(&self) {
        if let Some(file) = self.state_file() {
            AtomicFile::tidy(&file.path);
        }
    }

    fn state_file(&self) -> Option<StateFile> {
        if let Some(path) = &self.global.state {
            return Some(StateFile {
                path: self.path(path),
                named: true,
            });
        }
        Some(StateFile {
            path: self.cache_folder()?.join("observed.json"),
            named: false,
        })
    }
}

impl State {
    fn unkept(file: Option<StateFile>) -> Self {
        Self {
            ledger: Ledger::default(),
            file,
        }
    }

    /// Finds out whether a file that the user named can be written, before anything else changes.
    pub(super) fn check(&self) -> Result<(), Stop> {
        match self.file.as_ref().filter(|file| file.named) {
            Some(file) => {
                Ok(AtomicFile::check(&file.path).map_err(|error| file.unwritten(&error))?)
            }
            None => Ok(()),
        }
    }

    /// Adds what this run observed to what the file has by now.
    ///
    /// Only a file that the user named must be writable; with any other there is a warning.
    pub(super) fn save(
        &self,
        observations: &Observations,
        context: &mut Context<'_>,
    ) -> Result<(), Stop> {
        let Some(file) = self.file.as_ref().filter(|_| !observations.is_empty()) else {
            return Ok(());
        };
        if !file.named
            && let Some(cache) = context.content_cache()
        {
            // Where that fails, the writing says so.
            let _ = cache.make_folder();
        }
        match file.add(observations) {
            Ok(()) => Ok(()),
            Err(problem) if file.named => Err(problem.into()),
            Err(problem) => Ok(context.terminal.problem(&lost(&problem))?),
        }
    }
}

impl StateFile {
    fn read(&self) -> Result<Ledger, Diagnostic> {
        // A cache may be anywhere; a file that was named may be one of the repository.
        let place = if self.named {
            check_inside(&self.path)
        } else {
            Ok(())
        };
        let text = place.and_then(|()| AtomicFile::read(&self.path));
        let text = text.map_err(|error| {
            Diagnostic::new(Code::Io, format!("cannot read {}: {error}", self.shown()))
        })?;
        // A redirection that found nothing leaves an empty file behind.
        let text = text.filter(|text| !text.trim().is_empty());
        text.map_or_else(|| Ok(Ledger::default()), |text| parse(&self.path, &text))
    }

    fn add(&self, observations: &Observations) -> Result<(), Diagnostic> {
        let unwritten = |error| self.unwritten(&error);
        let file = AtomicFile::hold(&self.path).map_err(unwritten)?;
        // Another run may have written it since it was loaded.
        let before = self.read()?;
        let mut ledger = before.clone();
        ledger.add(observations);
        if ledger == before {
            return Ok(());
        }
        file.replace(&ledger.to_text()).map_err(unwritten)?;
        Ok(())
    }

    fn unwritten(&self, error: &WriteError) -> Diagnostic {
        Diagnostic::new(Code::Io, format!("cannot write {}: {error}", self.shown()))
    }

    fn shown(&self) -> std::path::Display<'_> {
        self.path.display()
    }
}

fn parse(path: &Path, text: &str) -> Result<Ledger, Diagnostic> {
    Ledger::parse(text).map_err(|error| {
        let file = path.display().to_string();
        let message = format!("cannot read what was observed from {file}: {error}");
        let mut diagnostic = Diagnostic::new(error.code, message);
        diagnostic.help = error.help.into_iter().collect();
        if error.code == Code::StateVersion {
            return diagnostic;
        }
        diagnostic.at(Place {
            file,
            text: Arc::from(text),
            span: error.offset..error.offset + error.length,
            label: String::new(),
        })
    })
}

/// Creates a warning from a problem: the clocks start again, and the run goes on.
fn lost(problem: &Diagnostic) -> Diagnostic {
    let mut warning = problem.clone();
    warning.code = Code::StateLost;
    warning
}
