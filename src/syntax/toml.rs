use std::ops::Range;

use serde_json::Number;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::duplicates::DuplicateKey;
use super::error::SyntaxError;
use super::parsed::Parsed;
use super::tree::{Kind, MapEntry, Node};

/// Reads TOML. The parser goes on after a key that stands twice, so the rest is still checked.
pub(super) fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut duplicates = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        if error.message().starts_with("duplicate key") {
            duplicates.push(duplicate(text, span));
        } else {
            // What follows a syntax error is guesswork: one is enough.
            return Err(syntax_error(text, error.message(), span));
        }
    }
    Ok(Parsed {
        root: Node {
            span: 0..text.len(),
            kind: convert_table(text, table.get_ref()),
        },
        duplicates,
    })
}

fn convert_table(text: &str, table: &DeTable<'_>) -> Kind {
    Kind::Table(
        table
            .iter()
            .map(|(key, value)| MapEntry {
                key: key.get_ref().to_string(),
                key_span: key.span(),
                value: convert(text, value),
            })
            .collect(),
    )
}

fn convert(text: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let written = text.get(value.span()).unwrap_or_default();
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(bool) => Kind::Bool(*bool),
        DeValue::Integer(integer) => {
            let value = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
            Kind::number(value.map(Number::from), written)
        }
        DeValue::Float(float) => {
            let value = float.as_str().parse().ok().and_then(Number::from_f64);
            Kind::number(value, written)
        }
        DeValue::Datetime(_) => Kind::other("a date or a time", written),
        DeValue::Array(items) => Kind::List(items.iter().map(|item| convert(text, item)).collect()),
        DeValue::Table(table) => convert_table(text, table),
    };
    Node {
        span: value.span(),
        kind,
    }
}

fn syntax_error(text: &str, message: &str, span: Range<usize>) -> SyntaxError {
    let line = line_at(text, span.start);
    let help = if message.contains("escape") {
        Some("in 'single quotes' a backslash stands for itself".into())
    } else if line.trim_start().starts_with(['-', '{']) || looks_like_yaml(line) {
        Some("this is TOML: write `key = \"value\"`, or name a YAML file `.yaml`".into())
    } else if is_bare_value(line) {
        Some("put the value in quotes: `key = \"value\"`".into())
    } else {
        None
    };
    SyntaxError {
        message: message
            .trim_end_matches(", expected literal string")
            .to_string(),
        span,
        help,
    }
}

fn looks_like_yaml(line: &str) -> bool {
    !line.contains('=')
        && line
            .split_once(':')
            .is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(' '))
}

/// Says whether a line is `key = word`, the word without quotes.
fn is_bare_value(line: &str) -> bool {
    line.split_once('=').is_some_and(|(_, value)| {
        value
            .trim_start()
            .starts_with(|first: char| !matches!(first, '"' | '\'' | '[' | '{'))
    })
}

fn line_at(text: &str, index: usize) -> &str {
    let index = index.min(text.len());
    let start = text[..index].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |length| start + length);
    text[start..end].trim_end_matches('\r')
}

/// Finds out which table a repeated key belongs to, and where the key stood first.
///
/// The parser reports only the second place. What stands before it is read once more: there the
/// key is not repeated yet.
fn duplicate(text: &str, second: Range<usize>) -> DuplicateKey {
    let line_start = text[..second.start].rfind('\n').map_or(0, |at| at + 1);
    let (before, _) = DeTable::parse_recoverable(&text[..line_start]);
    let root = convert_table(text, before.get_ref());
    let key = second_key(&text[second.clone()]);
    let header = line_at(text, second.start).trim_start();
    let found = if header.starts_with('[') {
        let path = header_path(header);
        let node = Node {
            span: 0..0,
            kind: root,
        };
        let first = node.entry(&path).map(|entry| entry.key_span.clone());
        Some((path, first))
    } else {
        let mut last = None;
        last_named(&root, &key, &mut Vec::new(), &mut last);
        last.map(|(path, span)| (path, Some(span)))
    };
    let (path, first) = found.unwrap_or_else(|| (vec![key], None));
    DuplicateKey {
        path,
        first,
        second,
    }
}

/// Reads a key as written, with or without quotes.
fn second_key(written: &str) -> String {
    let line = format!("{written} = 0");
    DeTable::parse(&line)
        .ok()
        .and_then(|table| {
            let (key, _) = table.get_ref().iter().next()?;
            Some(key.get_ref().to_string())
        })
        .unwrap_or_else(|| written.to_string())
}

/// Returns the keys of a header line: `[a.b]` gives `a`, `b`.
fn header_path(line: &str) -> Vec<String> {
    let (table, _) = DeTable::parse_recoverable(line);
    let mut path = Vec::new();
    let mut kind = convert_table(line, table.get_ref());
    while let Kind::Table(mut entries) = kind {
        let Some(entry) = entries.pop() else {
            break;
        };
        path.push(entry.key);
        kind = entry.value.kind;
    }
    path
}

/// Finds the last key of a name: a table that is open at the end of a text is the last one in it.
fn last_named(
    kind: &Kind,
    name: &str,
    path: &mut Vec<String>,
    last: &mut Option<(Vec<String>, Range<usize>)>,
) {
    let Kind::Table(entries) = kind else {
        return;
    };
    for entry in entries {
        path.push(entry.key.clone());
        let is_later = last
            .as_ref()
            .is_none_or(|(_, span)| entry.key_span.start > span.start);
        if entry.key == name && is_later {
            *last = Some((path.clone(), entry.key_span.clone()));
        }
        last_named(&entry.value.kind, name, path, last);
        path.pop();
    }
}
