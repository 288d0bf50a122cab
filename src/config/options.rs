use std::collections::HashMap;
use std::ops::Range;

use super::findings::Findings;
use super::model::{Defaults, OneOrMany};
use super::tree::{Entry, Node};
use crate::error::Diagnostic;
use crate::image::Platform;
use crate::policy::{Pattern, Prerelease, Suffix};

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
    fn value(&self, option: &str, item: Option<usize>) -> Option<&'t Node> {
        let value = &self.entry(option)?.value;
        match item {
            Some(item) => value.node(&[item.to_string()]),
            None => Some(value),
        }
    }
}

/// The options that hold for every image that does not set them itself.
#[derive(Debug, Default)]
pub(super) struct DefaultOptions {
    pub(super) suffix: Option<Suffix>,
    pub(super) allow_tags: Vec<Pattern>,
    pub(super) ignore_tags: Vec<Pattern>,
    pub(super) prerelease: Option<Prerelease>,
    pub(super) platforms: Vec<Platform>,
}

/// Reads the values of options and reports those that make no sense.
pub(super) struct Reader<'r, 's> {
    pub(super) findings: &'r mut Findings<'s>,
    /// Patterns that were compiled before: images tend to share them, and compiling takes time.
    patterns: HashMap<String, Pattern>,
}

impl<'r, 's> Reader<'r, 's> {
    pub(super) fn new(findings: &'r mut Findings<'s>) -> Self {
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

    pub(super) fn defaults(&mut self, written: &Defaults, table: Option<&Node>) -> DefaultOptions {
        let scope = Scope { table, image: None };
        DefaultOptions {
            suffix: written
                .suffix
                .as_deref()
                .and_then(|text| self.suffix(scope, text, false)),
            allow_tags: self.patterns(scope, "allow-tags", written.allow_tags.as_ref()),
            ignore_tags: self.patterns(scope, "ignore-tags", written.ignore_tags.as_ref()),
            prerelease: written.prerelease.map(prerelease),
            platforms: self.platforms(scope, written.platforms.as_ref()),
        }
    }

    /// Reads a suffix. The empty one is none; it is of use only where it turns a default off.
    pub(super) fn suffix(
        &mut self,
        scope: Scope<'_>,
        text: &str,
        has_default: bool,
    ) -> Option<Suffix> {
        if text.is_empty() && has_default {
            return None;
        }
        match Suffix::parse(text) {
            Ok(suffix) => Some(suffix),
            Err(error) => {
                let node = scope.value("suffix", None);
                let span = match node {
                    Some(node) if text.is_empty() => node.span.clone(),
                    node => self.part_of(node, text, error.offset, error.length),
                };
                let message = format!("`{}` is not a suffix", shortened(text));
                let mut diagnostic = Diagnostic::new(error.code, message);
                diagnostic.help.extend(error.help.clone());
                self.report(scope, diagnostic, span, &error.message);
                None
            }
        }
    }

    pub(super) fn patterns(
        &mut self,
        scope: Scope<'_>,
        option: &str,
        written: Option<&OneOrMany>,
    ) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for (item, text) in texts(written) {
            if let Some(pattern) = self.patterns.get(text) {
                patterns.push(pattern.clone());
                continue;
            }
            match Pattern::parse(text) {
                Ok(pattern) => {
                    self.patterns.insert(text.to_string(), pattern.clone());
                    patterns.push(pattern);
                }
                Err(error) => {
                    let node = scope.value(option, item);
                    let span = self.part_of(node, text, error.offset, error.length);
                    let message = format!("`{}` is not a tag pattern", shortened(text));
                    let mut diagnostic = Diagnostic::new(error.code, message);
                    diagnostic.help.extend(error.help.clone());
                    self.report(scope, diagnostic, span, &error.message);
                }
            }
        }
        patterns
    }

    /// Reads platforms, sorted and each once.
    pub(super) fn platforms(
        &mut self,
        scope: Scope<'_>,
        written: Option<&OneOrMany>,
    ) -> Vec<Platform> {
        let mut platforms = Vec::new();
        for (item, text) in texts(written) {
            match Platform::parse(text) {
                Ok(platform) => platforms.push(platform),
                Err(error) => {
                    let span = scope
                        .value("platforms", item)
                        .map_or(0..0, |node| node.span.clone());
                    self.report(scope, Diagnostic::of(&error), span, "");
                }
            }
        }
        platforms.sort();
        platforms.dedup();
        platforms
    }

    /// Returns the bytes of a part of a string's value, or the whole string where an escape or a
    /// folded line stands between what is written and what it means.
    pub(super) fn part_of(
        &self,
        node: Option<&Node>,
        text: &str,
        offset: usize,
        length: usize,
    ) -> Range<usize> {
        let Some(node) = node else {
            return 0..0;
        };
        let written = self.findings.source.text.get(node.span.clone());
        let quotes = match written {
            Some(written) if written == text => 0,
            Some(written)
                if written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text) =>
            {
                1
            }
            _ => return node.span.clone(),
        };
        let start = node.span.start + quotes + offset.min(text.len());
        start..start + length.min(text.len() - offset.min(text.len()))
    }
}

/// Lists the texts of an option, with their numbers if it is a list.
fn texts(written: Option<&OneOrMany>) -> Vec<(Option<usize>, &str)> {
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
    if text.chars().count() <= 60 {
        return text.to_string();
    }
    let mut short: String = text.chars().take(59).collect();
    short.push('…');
    short
}

/// Reads the option `prerelease`.
pub(super) fn prerelease(taken: bool) -> Prerelease {
    if taken {
        Prerelease::Always
    } else {
        Prerelease::Never
    }
}
