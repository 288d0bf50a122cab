use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cover::covered;
use crate::error::{self, Code, Diagnostic, Place};

/// A file with its name, for messages that show the place.
#[derive(Clone)]
pub(super) struct Text {
    name: String,
    written: Arc<str>,
    /// The same, without what may be secret.
    shown: Arc<str>,
}

impl Text {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            name: name.into(),
            written: text.into(),
            shown: error::covered(&covered(text).into()),
        }
    }

    /// Creates an error at a place of the file.
    pub(super) fn error(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.at(Code::MirrorsSyntax, span, message)
    }

    /// Creates a notice of something that has no effect here.
    pub(super) fn notice(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.at(Code::MirrorSetting, span, message)
    }

    fn at(&self, code: Code, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message).at(Place {
            file: self.name.clone(),
            text: Arc::clone(&self.shown),
            span,
            label: String::new(),
        })
    }

    /// Reads the text as TOML.
    pub(super) fn toml(&self) -> Result<Spanned<DeTable<'_>>, Diagnostic> {
        DeTable::parse(&self.written).map_err(|error| {
            let message = error.message().to_string();
            self.error(error.span().unwrap_or(0..0), message)
        })
    }
}

/// A table of a file, with typed access.
#[derive(Clone, Copy)]
pub(super) struct TomlTable<'t> {
    pub(super) text: &'t Text,
    pub(super) table: &'t DeTable<'t>,
}

/// A text in a file.
#[derive(Clone, Debug)]
pub(super) struct TableWord {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

impl<'t> TomlTable<'t> {
    /// Returns a key's place and value.
    pub(super) fn get(&self, key: &str) -> Option<(Range<usize>, &'t Spanned<DeValue<'t>>)> {
        let (name, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((name.span(), value))
    }

    /// Returns all keys with their values, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(TableWord, &'t Spanned<DeValue<'t>>)> {
        let entries = self.table.iter().map(|(name, value)| {
            let text = name.get_ref().to_string();
            (
                TableWord {
                    text,
                    span: name.span(),
                },
                value,
            )
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(name, _)| name.span.start);
        entries
    }

    pub(super) fn word(&self, key: &str) -> Result<Option<TableWord>, Diagnostic> {
        match self.get(key) {
            None => Ok(None),
            Some((_, value)) => self.text.word(key, value).map(Some),
        }
    }

    pub(super) fn switch(&self, key: &str) -> Result<Option<bool>, Diagnostic> {
        match self.get(key) {
            None => Ok(None),
            Some((_, value)) => match value.get_ref() {
                DeValue::Boolean(switch) => Ok(Some(*switch)),
                _ => Err(self.text.wrong(key, value, "`true` or `false`")),
            },
        }
    }

    /// Returns a list of texts.
    pub(super) fn words(&self, key: &str) -> Result<Option<Vec<TableWord>>, Diagnostic> {
        let Some((_, value)) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.text.wrong(key, value, "a list of texts"));
        };
        let words = items.iter().map(|item| self.text.word(key, item));
        words.collect::<Result<_, _>>().map(Some)
    }

    /// Returns the tables of a list.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<(Range<usize>, Self)>, Diagnostic> {
        let Some((span, value)) = self.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("`{key}` is not a list of tables");
            let help = format!("write it with two brackets on each side: `[[{key}]]`");
            return Err(self.text.error(span, message).help(help));
        };
        let tables = items.iter().map(|item| match item.get_ref() {
            DeValue::Table(table) => Ok((item.span(), Self { table, ..*self })),
            _ => Err(self.text.wrong(key, item, "a table")),
        });
        tables.collect()
    }

    /// Returns a table.
    pub(super) fn table(&self, key: &str) -> Result<Option<Self>, Diagnostic> {
        match self.get(key) {
            None => Ok(None),
            Some((_, value)) => match value.get_ref() {
                DeValue::Table(table) => Ok(Some(Self { table, ..*self })),
                _ => Err(self.text.wrong(key, value, "a table")),
            },
        }
    }
}

impl Text {
    pub(super) fn word(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<TableWord, Diagnostic> {
        match value.get_ref() {
            DeValue::String(text) => Ok(TableWord {
                text: text.to_string(),
                span: value.span(),
            }),
            _ => Err(self.wrong(key, value, "a text")),
        }
    }

    pub(super) fn wrong(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
    ) -> Diagnostic {
        self.error(value.span(), format!("`{key}` is not {wanted}"))
    }
}
