use std::ops::Range;
use std::sync::Arc;

use super::SourceFile;
use super::cover::covered;
use crate::error::{Diagnostic, Place};
use crate::syntax::Node;

/// The problems found so far, with the text they are shown in.
pub(super) struct Diagnostics<'s> {
    pub(super) source: &'s SourceFile,
    /// The text with the secrets covered that somebody has put in by mistake.
    shown: Arc<str>,
    found: Vec<Diagnostic>,
}

impl<'s> Diagnostics<'s> {
    pub(super) fn new(source: &'s SourceFile, root: &Node) -> Self {
        Self {
            source,
            shown: covered(&source.text, root),
            found: Vec::new(),
        }
    }

    /// Adds a problem at a place, with a few words beside the mark.
    pub(super) fn add(&mut self, diagnostic: Diagnostic, span: Range<usize>, label: &str) {
        let label = label.to_string();
        let place = self.place(span);
        self.found.push(diagnostic.at(Place { label, ..place }));
    }

    /// Returns a marked place whose text may be shown.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place {
            file: self.source.path.display().to_string(),
            text: Arc::clone(&self.shown),
            span,
            label: String::new(),
        }
    }

    /// Returns a part of the text as it may be shown.
    pub(super) fn shown(&self, span: Range<usize>) -> &str {
        self.shown.get(span).unwrap_or_default()
    }

    /// Says whether a part of the text has something that may not be shown.
    pub(super) fn is_covered(&self, span: &Range<usize>) -> bool {
        self.shown.get(span.clone()) != self.source.text.get(span.clone())
    }

    /// Says whether a problem was found within some bytes of the text.
    pub(super) fn has_within(&self, span: &Range<usize>) -> bool {
        self.found.iter().any(|diagnostic| {
            diagnostic
                .place
                .as_ref()
                .is_some_and(|place| place.span.start >= span.start && place.span.end <= span.end)
        })
    }

    /// Returns the problems in the order of the text.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found;
        found.sort_by_key(|diagnostic| {
            let start = diagnostic.place.as_ref().map(|place| place.span.start);
            (start, diagnostic.code)
        });
        found
    }
}
