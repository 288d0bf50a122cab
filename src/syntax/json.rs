use serde_json::Value;

use super::error::SyntaxError;
use super::parsed::Parsed;
use super::tree::{Kind, MapEntry, Node};

/// Reads JSON. `serde_json` decides what is JSON; the places are found in a second walk.
pub(super) fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    if let Err(error) = serde_json::from_str::<Value>(text) {
        return Err(syntax_error(text, &error));
    }
    let root = JsonWalk { text, at: 0 }.node();
    let duplicates = root.duplicates();
    Ok(Parsed { root, duplicates })
}

fn syntax_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let start = offset(text, error.line(), error.column());
    let full = error.to_string();
    let message = full
        .split_once(" at line ")
        .map_or(full.as_str(), |(message, _)| message)
        .to_string();
    let marked = &text[start..];
    let help = if marked.starts_with("//") || marked.starts_with("/*") || marked.starts_with('#') {
        Some("JSON has no comments: use TOML or YAML for a config with comments".into())
    } else if message == "trailing comma" {
        Some("remove the comma before the closing bracket".into())
    } else if marked.starts_with('\'') {
        Some("write strings and keys in double quotes".into())
    } else {
        None
    };
    let length = marked.chars().next().map_or(0, char::len_utf8);
    SyntaxError {
        message,
        span: start..start + length,
        help,
    }
}

/// Turns a line and a column in bytes, both from 1, into a position in the text.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let mut index = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// Walks over text that is known to be JSON of limited depth.
struct JsonWalk<'t> {
    text: &'t str,
    at: usize,
}

impl JsonWalk<'_> {
    fn node(&mut self) -> Node {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Table(self.entries().into()),
            Some(b'[') => Kind::List(self.items()),
            Some(b'"') => Kind::Text(self.string()),
            _ => self.word(),
        };
        Node {
            span: start..self.at,
            kind,
        }
    }

    fn entries(&mut self) -> Vec<MapEntry> {
        let mut entries = Vec::new();
        while self.next_part(b'}') {
            let start = self.at;
            let key = self.string();
            let key_span = start..self.at;
            self.skip_blanks();
            self.at += 1;
            entries.push(MapEntry {
                key,
                key_span,
                value: self.node(),
            });
        }
        entries
    }

    fn items(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        while self.next_part(b']') {
            items.push(self.node());
        }
        items
    }

    /// Steps over an opening bracket or a comma to the next part; false behind the closing bracket.
    fn next_part(&mut self, close: u8) -> bool {
        self.skip_blanks();
        let is_closed = self.peek().is_none_or(|byte| byte == close);
        self.at += 1;
        if is_closed {
            return false;
        }
        self.skip_blanks();
        // An empty pair of brackets.
        if self.peek() == Some(close) {
            self.at += 1;
            return false;
        }
        true
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        serde_json::from_str(&self.text[start..self.at]).unwrap_or_default()
    }

    fn word(&mut self) -> Kind {
        let rest = &self.text[self.at..];
        let length = rest
            .find(|byte: char| matches!(byte, ',' | ']' | '}') || byte.is_ascii_whitespace())
            .unwrap_or(rest.len());
        self.at += length;
        match &rest[..length] {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            number => Kind::number(serde_json::from_str(number).ok(), number),
        }
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
