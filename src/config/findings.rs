use std::ops::Range;
use std::sync::Arc;

use super::SourceFile;
use super::registries::is_auth_word;
use super::tree::{Kind, Node};
use crate::error::{Diagnostic, Place};

/// Values of `auth` that are shown as they are.
const OPEN: [&str; 4] = [
    "username",
    "helper",
    "kubernetes-secret-file",
    "aws-profile",
];

/// The problems found so far, with the text they are shown in.
pub(super) struct Findings<'s> {
    pub(super) source: &'s SourceFile,
    /// The text with the secrets covered that somebody has put in by mistake.
    shown: Arc<str>,
    found: Vec<Diagnostic>,
}

impl<'s> Findings<'s> {
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
            text: Arc::clone(&self.shown),
            ..self.source.place(span)
        }
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

/// Covers the values of `[registries]` and the images that may hold secrets: the lines around a problem are
/// printed, and often into a public log. The bytes stay where they are.
fn covered(text: &Arc<str>, root: &Node) -> Arc<str> {
    let mut secrets = Vec::new();
    if let Some(Kind::Table(registries)) = root.node(&["registries"]).map(|node| &node.kind) {
        for registry in registries {
            if registry.key.contains('@') {
                secrets.push(registry.key_span.clone());
            }
            let proxy = registry.value.node(&["proxy"]);
            secrets.extend(
                proxy
                    .filter(|value| matches!(&value.kind, Kind::Text(text) if text.contains('@')))
                    .map(|value| value.span.clone()),
            );
            let Some(auth) = registry.value.node(&["auth"]) else {
                continue;
            };
            match &auth.kind {
                Kind::Table(entries) => secrets.extend(
                    entries
                        .iter()
                        .filter(|entry| match (entry.key.as_str(), &entry.value.kind) {
                            ("env", Kind::Text(name)) => !is_variable_name(name),
                            (key, _) => !OPEN.contains(&key),
                        })
                        .map(|entry| entry.value.span.clone()),
                ),
                Kind::Text(word) if is_auth_word(word) => {}
                _ => secrets.push(auth.span.clone()),
            }
        }
    }
    if let Some(Kind::Table(images)) = root.node(&["images"]).map(|node| &node.kind) {
        let values = images
            .iter()
            .filter_map(|image| image.value.node(&["image"]));
        secrets.extend(
            values
                .filter(|value| has_credentials(value))
                .map(|value| value.span.clone()),
        );
    }
    if secrets.is_empty() {
        return Arc::clone(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        let is_secret = secrets.iter().any(|span| span.contains(&index));
        if is_secret && !character.is_whitespace() {
            shown.extend(std::iter::repeat_n('*', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    shown.into()
}

/// Says whether a reference has `user:password@` in front.
fn has_credentials(value: &Node) -> bool {
    let Kind::Text(text) = &value.kind else {
        return false;
    };
    text.rsplit_once('@')
        .is_some_and(|(before, after)| before.contains(':') && !after.starts_with("sha"))
}

/// Says whether a text can name an environment variable.
pub(super) fn is_variable_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit())
}
