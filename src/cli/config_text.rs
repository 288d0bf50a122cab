use std::path::{Path, PathBuf};

use super::context::{Context, Stop};
use crate::config::{self, Config, Format, SourceFile};
use crate::error::{Code, Diagnostic};
use crate::file::{AtomicFile, WriteError, check_inside};
use crate::lock::lacks;

/// The text of a config that is to be edited, as it was when it was read.
pub(super) struct ConfigText {
    pub(super) path: PathBuf,
    /// The text as it is on disk; nothing if there is no file yet.
    text: Option<String>,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl ConfigText {
    /// Reads the config that was named or the nearest above, else takes `images.toml` in the folder for
    /// a new one. A config that is there must be valid, and TOML.
    pub(super) fn load(context: &Context<'_>) -> Result<Self, Stop> {
        let path = match &context.global.config {
            Some(_) => context.config_path()?,
            None => match config::discover(&std::path::absolute(context.folder())?)? {
                Some(_) => context.config_path()?,
                None => context.folder().join("images.toml"),
            },
        };
        if Format::of(&path) != Some(Format::Toml) {
            let message = format!("only TOML is edited, and {} is not", path.display());
            return Err(Diagnostic::new(Code::Usage, message)
                .help("add the entries by hand: `--dry-run --config new.toml` shows them")
                .into());
        }
        let text = read(&path)?;
        if text.is_some() {
            config::load(&path)?;
        }
        Ok(Self { path, text })
    }

    /// Returns the text, without a byte order mark; nothing if there is no file yet.
    pub(super) fn text(&self) -> Option<&str> {
        let text = self.text.as_deref()?;
        Some(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
    }

    /// Checks a new text, which is not written yet.
    pub(super) fn check(&self, text: &str) -> Result<Config, Stop> {
        let source = SourceFile::new(&*self.path, text, Format::Toml);
        config::parse(&source).map_err(|problems| {
            let file = self.path.display();
            let note = format!("this is {file} as it would be; nothing was written");
            let noted = problems.into_iter().map(|problem| problem.note(&*note));
            Stop::Problems(noted.collect())
        })
    }

    /// Replaces the file's text as a whole, unless another process changed it since.
    ///
    /// What the file system could not do about it is a warning.
    pub(super) fn save(&self, text: &str) -> Result<Option<Diagnostic>, Stop> {
        let unwritten = |error: WriteError| {
            Diagnostic::new(
                Code::Io,
                format!("cannot write {}: {error}", self.path.display()),
            )
        };
        let file = AtomicFile::hold(&self.path).map_err(unwritten)?;
        if read(&self.path)? != self.text {
            let message = format!(
                "{} was changed by another process in the meantime",
                self.path.display()
            );
            return Err(Diagnostic::new(Code::Io, message)
                .help("run the command again")
                .into());
        }
        let has_mark = self
            .text
            .as_ref()
            .is_some_and(|old| old.starts_with(BYTE_ORDER_MARK));
        let mark = if has_mark { "\u{feff}" } else { "" };
        let text = format!("{mark}{text}");
        let shortcomings = file.replace(&text).map_err(unwritten)?;
        Ok(lacks(&self.path, shortcomings))
    }
}

fn read(path: &Path) -> Result<Option<String>, Stop> {
    let text = check_inside(path).and_then(|()| AtomicFile::read(path));
    text.map_err(|error| {
        let message = format!("cannot read {}: {error}", path.display());
        Diagnostic::new(Code::Io, message).into()
    })
}
