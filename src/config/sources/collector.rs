use std::collections::BTreeMap;
use std::ops::Range;

use crate::config::SourceFile;
use crate::error::{Code, Diagnostic, Place};
use crate::syntax::{Kind, MapEntry, Node, part_of_scalar};

/// The names that images have so far, and where each was given.
pub(in crate::config) type ImageNames = BTreeMap<String, Place>;

/// A problem or a warning, and the bytes that it is about.
pub(super) type SpannedDiagnostic = (Diagnostic, Range<usize>);

/// What the documents of one file say about images, in the form of the config's `[images]`.
pub(super) struct PolicyCollector<'s> {
    pub(super) source: &'s SourceFile,
    pub(super) entries: Vec<MapEntry>,
    pub(super) problems: Vec<SpannedDiagnostic>,
    pub(super) warnings: Vec<SpannedDiagnostic>,
    names: &'s mut ImageNames,
}

impl<'s> PolicyCollector<'s> {
    pub(super) fn new(source: &'s SourceFile, names: &'s mut ImageNames) -> Self {
        Self {
            source,
            entries: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            names,
        }
    }

    pub(super) fn problem(&mut self, diagnostic: Diagnostic, span: &Range<usize>) {
        self.problems.push((diagnostic, span.clone()));
    }

    pub(super) fn warning(&mut self, diagnostic: Diagnostic, span: &Range<usize>) {
        self.warnings.push((diagnostic, span.clone()));
    }

    /// Adds an image, unless its name is taken; `help` says how to give it another one.
    pub(super) fn add(
        &mut self,
        name: String,
        span: Range<usize>,
        options: Vec<MapEntry>,
        help: &str,
    ) {
        if let Some(first) = self.names.get(&name) {
            let (line, column) = first.line_and_column();
            let message = format!("two images with the name `{name}`");
            let diagnostic = Diagnostic::new(Code::DuplicateName, message)
                .note(format!(
                    "the first one is at {}:{line}:{column}",
                    first.file
                ))
                .help(help);
            self.problem(diagnostic, &span);
            return;
        }
        self.names
            .insert(name.clone(), self.source.place(span.clone()));
        self.entries.push(MapEntry {
            key: name,
            key_span: span.clone(),
            value: Node {
                span,
                kind: Kind::Table(options.into()),
            },
        });
    }

    /// Returns the bytes of a part of a text that an annotation has as its value.
    pub(super) fn part(
        &self,
        value: &Node,
        text: &str,
        offset: usize,
        length: usize,
    ) -> Range<usize> {
        part_of_scalar(&self.source.text, &value.span, text, offset, length)
    }
}
