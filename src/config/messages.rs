//! What the first pass says: one message for one violation of the schema.

use std::ops::Range;

use super::diagnostics::Diagnostics;
use super::schema::known_keys;
use super::schema_violation::{SchemaProblem, SchemaViolation};
use super::{Format, SourceFile};
use crate::error::{Code, Diagnostic};
use crate::syntax::{Kind, Node};

/// Reports a violation at its place.
pub(super) fn report(violation: &SchemaViolation, root: &Node, diagnostics: &mut Diagnostics<'_>) {
    let path = &violation.path;
    let source = diagnostics.source;
    let (diagnostic, span, label) = match &violation.problem {
        SchemaProblem::UnknownKey(key) => {
            let mut key_path = path.clone();
            key_path.push(key.clone());
            let span = root
                .entry(&key_path)
                .map_or(0..0, |entry| entry.key_span.clone());
            let dotted = dotted_name(path, key, root, source, &span);
            let diagnostic = unknown_key(path, key, source.format, dotted);
            (diagnostic, span, "")
        }
        SchemaProblem::MissingKey(key) => missing_key(path, key, root, source.format),
        SchemaProblem::WrongType(expected) => wrong_type(path, expected, root, diagnostics),
        SchemaProblem::OutOfRange(rule) => {
            let span = value_span(root, path);
            let name = name_of(path);
            let message = format!("{name} {rule}, not {}", diagnostics.shown(span.clone()));
            (Diagnostic::new(Code::BadValue, message), span, "")
        }
        SchemaProblem::Deferred(message) => {
            let span = key_or_value_span(root, path);
            let mut message = format!("{} is not allowed here: {message}", name_of(path));
            if diagnostics.is_covered(&value_span(root, path)) {
                message = format!("{} has a value that is not allowed here", name_of(path));
            }
            (Diagnostic::new(Code::BadValue, message), span, "")
        }
    };
    diagnostics.add(with_subject(diagnostic, path), span, label);
}

/// Reports the violations that the second pass has not found words for.
pub(super) fn report_deferred(
    deferred: &[SchemaViolation],
    root: &Node,
    diagnostics: &mut Diagnostics<'_>,
) {
    for violation in deferred {
        let span = match root.entry(&violation.path) {
            Some(entry) => entry.key_span.start..entry.value.span.end.max(entry.key_span.end),
            None => value_span(root, &violation.path),
        };
        // A name is reported at the key of its image, a property of the table.
        if !diagnostics.has_within(&span) {
            report(violation, root, diagnostics);
        }
    }
}

fn with_subject(diagnostic: Diagnostic, path: &[String]) -> Diagnostic {
    match path {
        [first, name, ..] if first == "images" => diagnostic.subject(name),
        _ => diagnostic,
    }
}

/// Returns the name that was meant where a TOML key `my.app` has split it in two.
fn dotted_name(
    path: &[String],
    key: &str,
    root: &Node,
    source: &SourceFile,
    span: &Range<usize>,
) -> Option<String> {
    let [table, name] = path else {
        return None;
    };
    let parent = &root.entry(path)?.key_span;
    let between = source.text.get(parent.end..span.start)?;
    (source.format == Format::Toml && table == "images" && between.trim() == ".")
        .then(|| format!("{name}.{key}"))
}

fn unknown_key(path: &[String], key: &str, format: Format, dotted: Option<String>) -> Diagnostic {
    let known = known_keys(path);
    let place = match path {
        [] => String::new(),
        [first] => format!(" in `{first}`"),
        [_, _, table, ..] => format!(" in `{table}`"),
        [first, ..] if first == "images" => " for an image".to_string(),
        [..] => " for a registry".to_string(),
    };
    let diagnostic = Diagnostic::new(Code::UnknownKey, format!("unknown key `{key}`{place}"));
    if let Some(name) = dotted {
        return diagnostic.help(format!("put a name with a dot in quotes: `\"{name}\"`"));
    }
    if let Some(near) = nearest(key, &known) {
        return diagnostic.help(format!("did you mean `{near}`?"));
    }
    let moved = match (path, key) {
        (_, "<<") => Some("merge keys are not read: put what images share under `defaults`".into()),
        ([first, ..], _) if first == "registries" && is_secret_word(key) => Some(
            "a secret never stands in the config: name the variable that holds it with `env`"
                .to_string(),
        ),
        (_, "version") if path.len() == 2 => Some("write `constraint`".to_string()),
        (_, "repository" | "repo" | "name") => Some("write `image`".to_string()),
        (_, "digest") => Some(format!(
            "digests stand in the lock; to follow one tag write `{}`",
            format.entry("tag", "\"…\"")
        )),
        _ => None,
    };
    diagnostic.help(moved.unwrap_or_else(|| {
        let known: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
        format!("known here: {}", known.join(", "))
    }))
}

fn is_secret_word(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "token", "secret", "key"]
        .iter()
        .any(|word| key.contains(word))
}

/// Returns the known word that a misspelt one is nearest to, if it is near enough.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = word.to_ascii_lowercase().replace('_', "-");
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&plain, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.len().min(plain.len()) / 3))
        .min()
        .map(|(_, candidate)| candidate)
}

fn missing_key(
    path: &[String],
    key: &str,
    root: &Node,
    format: Format,
) -> (Diagnostic, Range<usize>, &'static str) {
    if path.is_empty() {
        let diagnostic = Diagnostic::new(Code::MissingKey, format!("the key `{key}` is missing"))
            .help(format!("write `{}` at the top", format.entry(key, "1")));
        return (diagnostic, 0..0, "");
    }
    let diagnostic = Diagnostic::new(
        Code::MissingKey,
        format!("{} needs the key `{key}`", name_of(path)),
    );
    let diagnostic = match key {
        "pattern" => diagnostic.help("write an expression with a group, such as `^main-([0-9]+)$`"),
        "value" => diagnostic.help("say which part of the tag counts, such as `$1`"),
        _ => diagnostic,
    };
    (diagnostic, key_or_value_span(root, path), "")
}

fn wrong_type(
    path: &[String],
    expected: &[&'static str],
    root: &Node,
    diagnostics: &Diagnostics<'_>,
) -> (Diagnostic, Range<usize>, &'static str) {
    let source = diagnostics.source;
    let Some(node) = root.node(path) else {
        return (
            Diagnostic::new(Code::WrongType, "a value of the wrong type"),
            0..0,
            "",
        );
    };
    let written = diagnostics.shown(node.span.clone());
    let is_covered = diagnostics.is_covered(&node.span);
    let wanted = expected
        .iter()
        .map(|name| noun(name, source.format))
        .collect::<Vec<_>>()
        .join(" or ");
    let found = match &node.kind {
        Kind::Text(_) => "a string".to_string(),
        Kind::Bool(_) => format!("`{written}`"),
        Kind::Number(_) => format!("the number {written}"),
        Kind::Null if written.is_empty() => source.format.null_noun().to_string(),
        Kind::Null => format!("`{written}`, {}", source.format.null_noun()),
        Kind::Other { what, .. } => format!("`{written}`, {what}"),
        Kind::List(_) => "a list".to_string(),
        Kind::Table(_) => source.format.table_noun().to_string(),
    };
    let is_nothing = matches!(node.kind, Kind::Null);
    let message = if is_nothing {
        format!("{} has no value", name_of(path))
    } else {
        format!("{} must be {wanted}, not {found}", name_of(path))
    };
    let mut diagnostic = Diagnostic::new(Code::WrongType, message);
    let is_scalar = !matches!(node.kind, Kind::List(_) | Kind::Table(_));
    let wants = |name| expected.contains(&name);
    if is_nothing {
        diagnostic = diagnostic.help(format!("write {wanted}, or remove the key"));
    } else if wants("string") && is_scalar && !is_covered {
        diagnostic = diagnostic.help(format!("put it in quotes: `\"{written}\"`"));
    } else if let Some(word) =
        listed_word(node).filter(|_| wants("boolean") && wants("array") && !is_covered)
    {
        diagnostic = diagnostic.help(format!("write `true`, `false`, or a list: `[\"{word}\"]`"));
    } else if wants("boolean") && is_scalar {
        diagnostic = diagnostic.help("write `true` or `false`, without quotes");
    } else if wants("integer") && matches!(&node.kind, Kind::Text(text) if is_number(text)) {
        diagnostic = diagnostic.help("leave out the quotes");
    } else if matches!(path, [first, _] if first == "images") {
        diagnostic =
            diagnostic.help("write a constraint such as `\"^1.27\"`, or a table of options");
    }
    let span = match root.entry(path) {
        // Nothing cannot be marked; its key can.
        Some(entry) if node.span.is_empty() => entry.key_span.clone(),
        _ => first_line(&source.text, &node.span),
    };
    (diagnostic, span, "")
}

/// Returns a text that is meant as the only item of a list, and not as a word for `true` or `false`.
fn listed_word(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Text(text) if !["true", "false", "yes", "no", "on", "off"].contains(&&**text) => {
            Some(text)
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn noun(json_type: &str, format: Format) -> &'static str {
    match json_type {
        "string" => "a string",
        "array" => "a list",
        "object" => format.table_noun(),
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "nothing",
    }
}

/// Returns what a path leads to, in words.
fn name_of(path: &[String]) -> String {
    match path {
        [] => "the config".to_string(),
        [.., list, item] if item.parse::<usize>().is_ok() && path.len() > 2 => {
            let number = item.parse::<usize>().unwrap_or_default() + 1;
            format!("item {number} of `{list}`")
        }
        [.., last] => format!("`{last}`"),
    }
}

fn value_span(root: &Node, path: &[String]) -> Range<usize> {
    root.node(path).map_or(0..0, |node| node.span.clone())
}

fn key_or_value_span(root: &Node, path: &[String]) -> Range<usize> {
    match root.entry(path) {
        Some(entry) => entry.key_span.clone(),
        None => value_span(root, path),
    }
}

/// Cuts a span at the end of its first line: a whole table would bury the message.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let length = text
        .get(span.clone())
        .and_then(|part| part.find(['\r', '\n']))
        .unwrap_or(span.len());
    span.start..span.start + length
}
