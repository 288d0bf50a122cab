use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::SourceFile;
use super::scalar;
use super::syntax::{Parsed, SyntaxError};
use super::tree::{Entry, Kind, Node};

/// The most values that aliases may stand for in one file, so that a small file stays small.
const MAX_ALIASED: usize = 100_000;
/// The deepest nesting that is read; a config needs four levels.
const MAX_DEPTH: usize = 64;

/// Reads YAML: one document, scalars by the core schema of YAML 1.2.
///
/// A plain scalar on whose meaning YAML readers disagree (`no`, `2024-01-01`) is taken for
/// nothing at all, so that it is refused with a word on quotes wherever it stands.
pub(super) fn parse(source: &SourceFile) -> Result<Parsed, SyntaxError> {
    let mut options = granit_parser::options! {
        disallow_directives: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let mut builder = Builder {
        text: &source.text,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        aliased: 0,
        root: None,
    };
    for event in Parser::new_from_str_with_options(&source.text, options) {
        match event {
            Ok((event, span)) => builder.take(event, &span)?,
            Err(error) => {
                let at = error
                    .marker()
                    .byte_offset()
                    .map_or(source.text.len(), |at| at.min(source.text.len()));
                return Err(scan_error(&source.text, error.info(), at));
            }
        }
    }
    // An empty file is an empty config.
    let root = builder.root.unwrap_or(Node {
        span: 0..0,
        kind: Kind::Table(Vec::new()),
    });
    let duplicates = root.duplicates();
    Ok(Parsed { root, duplicates })
}

fn scan_error(text: &str, message: String, at: usize) -> SyntaxError {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let value = line
        .split_once(": ")
        .map(|(_, value)| value.trim_start())
        .unwrap_or_default();
    let help = if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        Some("indent with blanks, not with tabs".into())
    } else if value.starts_with(['>', '|', '*', '&', '!', '%', '@', '`', '[', '{']) {
        Some(format!(
            "put the value in quotes: `\"{}\"`",
            value.trim_end()
        ))
    } else {
        None
    };
    SyntaxError {
        message,
        span: at..at,
        help,
    }
}

/// A list or a table that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Table {
        entries: Vec<Entry>,
        key: Option<(String, Range<usize>)>,
    },
}

struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), SyntaxError> {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(refuse(
                "a second document",
                range,
                Some("keep one document in the file"),
            )),
            Event::Scalar(text, style, anchor, tag) => {
                let kind = self.scalar(&text, style, tag.as_deref(), &range)?;
                self.place(Node { span: range, kind }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_tag(tag.as_deref(), &range)?;
                self.start(range.start, anchor, OpenKind::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_tag(tag.as_deref(), &range)?;
                let kind = OpenKind::Table {
                    entries: Vec::new(),
                    key: None,
                };
                self.start(range.start, anchor, kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&range),
            Event::Alias(anchor) => {
                let Some(mut node) = self.anchors.get(&anchor).cloned() else {
                    return Err(refuse("an alias that contains itself", range, None));
                };
                self.aliased += count(&node);
                if self.aliased > MAX_ALIASED {
                    return Err(refuse(
                        "aliases that stand for too many values",
                        range,
                        Some("put what images share under `defaults`"),
                    ));
                }
                node.span = range;
                self.place(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: &Range<usize>,
    ) -> Result<Kind, SyntaxError> {
        match tag {
            Some(tag) if tag.is_yaml_core_schema_tag("str") => Ok(Kind::Text(text.to_string())),
            Some(_) => {
                // `!=1.2` is meant as a constraint, and is a tag to YAML.
                let line_end = self.text[span.start..].find('\n');
                let end = line_end.map_or(self.text.len(), |length| span.start + length);
                let start = self.text[..span.start]
                    .rfind(['\n', ' '])
                    .map_or(0, |at| at + 1);
                Err(refuse(
                    "a YAML tag",
                    start..end.max(start),
                    Some("put the value in quotes if it begins with `!`"),
                ))
            }
            None if style == ScalarStyle::Plain => Ok(scalar::resolve(text)),
            None => Ok(Kind::Text(text.to_string())),
        }
    }

    fn start(&mut self, start: usize, anchor: usize, kind: OpenKind) -> Result<(), SyntaxError> {
        if let Some(Open {
            kind: OpenKind::Table { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(complex_key(start..start));
        }
        self.open.push(Open {
            start,
            anchor,
            kind,
        });
        Ok(())
    }

    fn end(&mut self, span: &Range<usize>) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let (kind, last) = match open.kind {
            OpenKind::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Kind::List(items), last)
            }
            OpenKind::Table { entries, .. } => {
                let last = entries
                    .last()
                    .map(|entry| entry.value.span.end.max(entry.key_span.end));
                (Kind::Table(entries), last)
            }
        };
        // The end of a block is reported where the next one begins: its last part is meant.
        let is_flow = span.end > span.start;
        let end = last.filter(|_| !is_flow).unwrap_or(span.end);
        let node = Node {
            span: open.start..end.max(open.start),
            kind,
        };
        self.place(node, open.anchor)
    }

    /// Puts a finished value where it belongs: it is a key, a value, an item or the whole document.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Table { entries, key }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    value: node,
                }),
                None => *key = Some((key_text(self.text, &node)?, node.span)),
            },
        }
        Ok(())
    }
}

/// Returns the text of a key. A number is taken as it is written: `8` is a fine name.
fn key_text(text: &str, node: &Node) -> Result<String, SyntaxError> {
    match &node.kind {
        Kind::Text(key) => Ok(key.clone()),
        Kind::List(_) | Kind::Table(_) => Err(complex_key(node.span.clone())),
        _ => Ok(text.get(node.span.clone()).unwrap_or_default().to_string()),
    }
}

fn complex_key(span: Range<usize>) -> SyntaxError {
    refuse("a key that is not a string", span, None)
}

fn refuse_tag(tag: Option<&Tag>, span: &Range<usize>) -> Result<(), SyntaxError> {
    match tag {
        None => Ok(()),
        Some(tag) if tag.is_yaml_core_schema() => Ok(()),
        Some(_) => Err(refuse(
            "a YAML tag",
            span.clone(),
            Some("leave the tag out"),
        )),
    }
}

fn refuse(what: &str, span: Range<usize>, help: Option<&str>) -> SyntaxError {
    SyntaxError {
        message: format!("{what} is not supported here"),
        span,
        help: help.map(str::to_string),
    }
}

fn count(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::List(items) => items.iter().map(count).sum::<usize>(),
        Kind::Table(entries) => entries.iter().map(|entry| count(&entry.value)).sum(),
        _ => 0,
    }
}
