use std::collections::HashMap;
use std::ops::Range;

use super::diagnostics::Diagnostics;
use super::messages::nearest;
use super::values::OneOrMany;
use crate::error::{Code, Diagnostic, TextError, cover, users};
use crate::policy::Pattern;
use crate::syntax::{MapEntry, Node, part_of_scalar};

/// The table that an option stands in, and the image that it is about.
#[derive(Clone, Copy)]
pub(super) struct Scope<'t> {
    pub(super) table: Option<&'t Node>,
    pub(super) image: Option<&'t str>,
}

impl<'t> Scope<'t> {
    /// Returns the entry of an option.
    pub(super) fn entry(&self, option: &str) -> Option<&'t MapEntry> {
        self.table?.entry(&[option])
    }

    /// Returns the value of an option, and of an item of it where it is a list.
    pub(super) fn value(&self, option: &str, item: Option<usize>) -> Option<&'t Node> {
        let value = &self.entry(option)?.value;
        match item {
            Some(item) => value.node(&[item.to_string()]),
            None => Some(value),
        }
    }

    /// Returns the bytes of an option's value.
    pub(super) fn value_span(&self, option: &str, item: Option<usize>) -> Range<usize> {
        self.value(option, item)
            .map_or(0..0, |node| node.span.clone())
    }

    /// Returns the bytes of an option's key.
    pub(super) fn key_span(&self, option: &str) -> Range<usize> {
        self.entry(option)
            .map_or(0..0, |entry| entry.key_span.clone())
    }
}

/// Reads the values of options and reports those that make no sense.
pub(super) struct Reader<'r, 's> {
    pub(super) findings: &'r mut Diagnostics<'s>,
    /// Patterns that were compiled before: images tend to share them, and compiling takes time.
    pub(super) patterns: HashMap<String, Pattern>,
}

impl<'r, 's> Reader<'r, 's> {
    pub(super) fn new(findings: &'r mut Diagnostics<'s>) -> Self {
        Self {
            findings,
            patterns: HashMap::new(),
        }
    }

    /// Reports a problem, naming the image if it is about one.
    pub(super) fn report(
        &mut self,
        scope: Scope<'_>,
        diagnostic: Diagnostic,
        span: Range<usize>,
        label: &str,
    ) {
        let diagnostic = match scope.image {
            Some(name) => diagnostic.subject(name),
            None => diagnostic,
        };
        self.findings.add(diagnostic, span, label);
    }

    /// Reports a text that is not what it should be, with the part that is at fault.
    pub(super) fn report_text(
        &mut self,
        scope: Scope<'_>,
        node: Option<&Node>,
        text: &str,
        what: &str,
        error: &TextError,
    ) {
        let span = self.part_of(node, text, error.offset, error.length);
        let message = format!("`{}` is not {what}", shortened(text));
        let mut diagnostic = Diagnostic::new(error.code, message);
        diagnostic.help.extend(error.help.clone());
        self.report(scope, diagnostic, span, &error.message);
    }

    /// Reads a text that must be one of some words.
    pub(super) fn word<T: Copy>(
        &mut self,
        scope: Scope<'_>,
        option: &str,
        item: Option<usize>,
        text: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let known = words.iter().find(|(word, _)| *word == text);
        if let Some((_, value)) = known {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("`{option}` does not know `{}`", shortened(text));
        let diagnostic = Diagnostic::new(Code::BadValue, message);
        let diagnostic = match nearest(text, &names) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("write `{}`", names.join("`, `"))),
        };
        self.report(scope, diagnostic, scope.value_span(option, item), "");
        None
    }

    /// Returns the bytes of a part of a string's value.
    pub(super) fn part_of(
        &self,
        node: Option<&Node>,
        text: &str,
        offset: usize,
        length: usize,
    ) -> Range<usize> {
        node.map_or(0..0, |node| {
            part_of_scalar(&self.findings.source.text, &node.span, text, offset, length)
        })
    }
}

/// Lists the texts of an option, with their numbers if it is a list.
pub(super) fn texts(written: Option<&OneOrMany>) -> Vec<(Option<usize>, &str)> {
    match written {
        None => Vec::new(),
        Some(OneOrMany::One(text)) => vec![(None, text)],
        Some(OneOrMany::Many(texts)) => texts
            .iter()
            .enumerate()
            .map(|(index, text)| (Some(index), text.as_str()))
            .collect(),
    }
}

/// Cuts a text that is put into a message.
pub(super) fn shortened(text: &str) -> String {
    // A user and a password may be in it by mistake.
    let text = &*cover(text, users(text));
    if text.chars().count() <= 60 {
        return text.to_string();
    }
    let mut short: String = text.chars().take(59).collect();
    short.push('…');
    short
}
