use std::ops::Range;

use super::findings::Findings;
use super::tree::{Entry, Node};
use super::values::OneOrMany;
use crate::error::{Diagnostic, TextError, cover, users};
use crate::policy::{OptionReader, PolicyOption};

/// The table that an option stands in, and the image that it is about.
#[derive(Clone, Copy)]
pub(super) struct Scope<'t> {
    pub(super) table: Option<&'t Node>,
    pub(super) image: Option<&'t str>,
}

impl<'t> Scope<'t> {
    /// Returns the entry of an option.
    pub(super) fn entry(&self, option: &str) -> Option<&'t Entry> {
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
}

/// Reads what the values of a config mean, and reports those that make no sense.
pub(super) struct Reader<'r, 's> {
    pub(super) findings: &'r mut Findings<'s>,
    pub(super) options: OptionReader,
}

impl<'r, 's> Reader<'r, 's> {
    pub(super) fn new(findings: &'r mut Findings<'s>) -> Self {
        Self {
            findings,
            options: OptionReader::default(),
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
        span: &Range<usize>,
        text: &str,
        what: &str,
        error: &TextError,
    ) {
        let source = &self.findings.source.text;
        let span = part(source, span, text, error.offset, error.length);
        let message = format!("`{}` is not {what}", shortened(text));
        let mut diagnostic = Diagnostic::new(error.code, message);
        diagnostic.help.extend(error.help.clone());
        self.report(scope, diagnostic, span, &error.message);
    }

    /// Returns the notation of one option, as a user would write it.
    pub(super) fn notation(&self, scope: Scope<'_>, option: PolicyOption, value: &str) -> String {
        let source = self.findings.source;
        // In a manifest, options are annotations: `imagelock/web.constraint`.
        let entries = scope.table.map_or(&[][..], Node::entries);
        let prefix = entries.iter().find_map(|entry| {
            let written = source.text.get(entry.key_span.clone())?;
            let prefix = written
                .trim_matches(['"', '\''])
                .strip_suffix(entry.key.as_str())?;
            (!prefix.is_empty()).then_some(prefix)
        });
        let key = format!("{}{option}", prefix.unwrap_or_default());
        source.format.entry(&key, value)
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
            part(&self.findings.source.text, &node.span, text, offset, length)
        })
    }
}

/// Returns the bytes of a part of a string that is written at `span`, or the whole string where an
/// escape or a folded line stands between what is written and what it means.
pub(super) fn part(
    source: &str,
    span: &Range<usize>,
    text: &str,
    offset: usize,
    length: usize,
) -> Range<usize> {
    let quotes = match source.get(span.clone()) {
        // Nothing cannot be marked; its quotes can.
        _ if text.is_empty() => return span.clone(),
        Some(written) if written == text => 0,
        Some(written)
            if written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text) =>
        {
            1
        }
        _ => return span.clone(),
    };
    let start = span.start + quotes + offset.min(text.len());
    start..start + length.min(text.len() - offset.min(text.len()))
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
