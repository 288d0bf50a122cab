use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Code, Diagnostic, Place};
use crate::file::{AtomicFile, WriteError, check_inside};
use crate::tag::{Ledger, Observations};

/// What was observed of tags in earlier runs, and the file that keeps it.
#[derive(Clone, Debug, Default)]
pub struct StateFile {
    /// What was observed.
    pub ledger: Ledger,
    /// None where nothing is kept.
    file: Option<StatePath>,
}

#[derive(Clone, Debug)]
struct StatePath {
    path: PathBuf,
    /// Whether the user named it; only then is it an error if it cannot be read or written.
    named: bool,
}

impl StateFile {
    /// Loads the state from a file that the user named, which need not be there yet.
    ///
    /// # Errors
    ///
    /// [`Code::Io`], [`Code::StateSyntax`] or [`Code::StateVersion`] if it cannot be read.
    pub fn load(path: PathBuf) -> Result<Self, Diagnostic> {
        let file = StatePath { path, named: true };
        Ok(Self {
            ledger: file.read()?,
            file: Some(file),
        })
    }

    /// Loads the state from a file of a cache, or starts with none and a warning if it cannot be read.
    ///
    /// A damaged file is set aside.
    pub fn load_cached(path: PathBuf) -> (Self, Option<Diagnostic>) {
        let file = StatePath { path, named: false };
        let problem = match file.read() {
            Ok(ledger) => {
                let file = Some(file);
                return (Self { ledger, file }, None);
            }
            Err(problem) => problem,
        };
        let aside = file.path.with_extension("json.damaged");
        let damaged = problem.code == Code::StateSyntax;
        let moved = damaged && std::fs::rename(&file.path, &aside).is_ok();
        let warning = lost(&problem).note(if moved {
            format!("it was set aside as {}", aside.display())
        } else {
            "it stays as it is, and this run is not noted".into()
        });
        let state = Self {
            ledger: Ledger::default(),
            file: Some(file).filter(|_| moved),
        };
        (state, Some(warning))
    }

    /// Removes what runs that were killed left beside a state's file.
    pub fn tidy(path: &Path) {
        AtomicFile::tidy(path);
    }

    /// Returns `true` if the file is one of a cache, whose directory may not be there yet.
    pub fn is_cached(&self) -> bool {
        self.file.as_ref().is_some_and(|file| !file.named)
    }

    /// Finds out whether a file that the user named can be written, before anything else changes.
    ///
    /// # Errors
    ///
    /// [`Code::Io`] if it cannot be.
    pub fn check(&self) -> Result<(), Diagnostic> {
        match self.file.as_ref().filter(|file| file.named) {
            Some(file) => AtomicFile::check(&file.path).map_err(|error| file.unwritten(&error)),
            None => Ok(()),
        }
    }

    /// Adds what this run observed to what the file has by now; a cache that cannot be written is a warning.
    ///
    /// # Errors
    ///
    /// [`Code::Io`] and those of [`load`](Self::load), if the user named the file.
    pub fn save(&self, observations: &Observations) -> Result<Option<Diagnostic>, Diagnostic> {
        let Some(file) = self.file.as_ref().filter(|_| !observations.is_empty()) else {
            return Ok(None);
        };
        match file.add(observations) {
            Ok(()) => Ok(None),
            Err(problem) if file.named => Err(problem),
            Err(problem) => Ok(Some(lost(&problem))),
        }
    }
}

impl StatePath {
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
