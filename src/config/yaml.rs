use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::SourceFile;
use super::entries::Entries;
use super::scalar;
use super::syntax::{Parsed, SyntaxError};
use super::tree::{Entry, Kind, Node};
use crate::error::covered;

/// The most values that aliases may stand for in one file, so that a small file stays small.
const MAX_ALIASED: usize = 100_000;
/// The deepest nesting that is read of a config, which needs five levels.
const MAX_DEPTH: usize = 64;
/// The deepest nesting that is read of files of others, whose schemas may nest a few dozen levels.
const MAX_FOREIGN_DEPTH: usize = 192;

/// Reads YAML: one document, scalars by the core schema of YAML 1.2.
///
/// A plain scalar on whose meaning YAML readers disagree (`no`, `2024-01-01`) is taken for
/// nothing at all, so that it is refused with a word on quotes wherever it stands.
pub(super) fn parse(source: &SourceFile) -> Result<Parsed, SyntaxError> {
    let root = read(&source.text, 0..source.text.len(), false)?;
    // An empty file is an empty config.
    let root = root.unwrap_or(Node {
        span: 0..0,
        kind: Kind::Table(Entries::default()),
    });
    let duplicates = root.duplicates();
    Ok(Parsed { root, duplicates })
}

/// Reads one document of a file of others; nothing if it is empty.
///
/// Tags are passed over and merge keys (`<<`) are followed, as Kubernetes' tools do.
pub(super) fn parse_foreign(text: &str, part: Range<usize>) -> Result<Option<Node>, SyntaxError> {
    read(text, part, true)
}

/// Reads the document in a part of a text, with the places of the whole text.
fn read(text: &str, part: Range<usize>, is_foreign: bool) -> Result<Option<Node>, SyntaxError> {
    let depth = if is_foreign {
        MAX_FOREIGN_DEPTH
    } else {
        MAX_DEPTH
    };
    let mut options = granit_parser::options! {
        disallow_directives: false,
        flow_nesting_limit: depth,
        block_nesting_limit: depth,
    };
    options.set_emit_comments(false);
    let mut builder = Builder {
        text,
        base: part.start,
        is_foreign,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        aliased: 0,
        root: None,
    };
    for event in Parser::new_from_str_with_options(&text[part.clone()], options) {
        match event {
            Ok((event, span)) => builder.take(event, &span)?,
            Err(error) => {
                let at = error
                    .marker()
                    .byte_offset()
                    .map_or(part.end, |at| (part.start + at).min(part.end));
                return Err(scan_error(text, error.info(), at));
            }
        }
    }
    Ok(builder.root)
}

fn scan_error(text: &str, message: String, at: usize) -> SyntaxError {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let value = line
        .split_once(": ")
        .map(|(_, value)| value.trim_start())
        .unwrap_or_default();
    let is_secret = *covered(&line.into()) != *line;
    let help = if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        Some("indent with blanks, not with tabs".into())
    } else if value.starts_with(['>', '|', '*', '&', '!', '%', '@', '`', '[', '{']) && !is_secret {
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
    /// Where in the text the parser has begun.
    base: usize,
    is_foreign: bool,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), SyntaxError> {
        let range = span.byte_range().unwrap_or(0..0);
        let range = self.base + range.start..self.base + range.end;
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
                self.refuse_tag(tag.as_deref(), &range)?;
                self.start(range.start, anchor, OpenKind::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), &range)?;
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
                        (!self.is_foreign).then_some("put what images share under `defaults`"),
                    ));
                }
                node.span = range;
                self.place(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn refuse_tag(&self, tag: Option<&Tag>, span: &Range<usize>) -> Result<(), SyntaxError> {
        match tag {
            Some(tag) if !self.is_foreign && !tag.is_yaml_core_schema() => Err(refuse(
                "a YAML tag",
                span.clone(),
                Some("leave the tag out"),
            )),
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
            Some(tag) if self.is_foreign || tag.is_yaml_core_schema_tag("str") => {
                Ok(Kind::Text(text.to_string()))
            }
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
                let entries = if self.is_foreign {
                    merged(entries)
                } else {
                    entries
                };
                (Kind::Table(entries.into()), last)
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

/// Puts what `<<` names behind a table's own entries, which go before it.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut own): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.key == "<<");
    if merges.is_empty() {
        return own;
    }
    let mut keys: BTreeSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    for merge in merges {
        let tables = match merge.value.kind {
            Kind::List(items) => items,
            _ => vec![merge.value],
        };
        for table in tables {
            if let Kind::Table(entries) = table.kind {
                own.extend(
                    entries
                        .into_iter()
                        .filter(|entry| keys.insert(entry.key.clone())),
                );
            }
        }
    }
    own
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
