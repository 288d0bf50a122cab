use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span, Tag};

use super::read::Rules;
use crate::syntax::error::SyntaxError;
use crate::syntax::scalar;
use crate::syntax::tree::{Kind, MapEntry, Node};

/// The most values that aliases may stand for in one document, so that a small file stays small.
const MAX_ALIASED: usize = 100_000;

/// A list or a table that is not closed yet.
struct OpenNode {
    start: usize,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Table {
        entries: Vec<MapEntry>,
        key: Option<(String, Range<usize>)>,
    },
}

/// Builds the tree of one document from the parser's events.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// Where in the text the parser has begun.
    base: usize,
    rules: Rules,
    open: Vec<OpenNode>,
    anchors: BTreeMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, base: usize, rules: Rules) -> Self {
        Self {
            text,
            base,
            rules,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            aliased: 0,
            root: None,
        }
    }

    /// Returns the document; nothing if there is none.
    pub(super) fn finish(self) -> Option<Node> {
        self.root
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), SyntaxError> {
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
                self.aliased += node.count();
                if self.aliased > MAX_ALIASED {
                    return Err(refuse(
                        "aliases that stand for too many values",
                        range,
                        (self.rules == Rules::Strict)
                            .then_some("put what images share under `defaults`"),
                    ));
                }
                if self.rules == Rules::Strict {
                    node.span = range;
                }
                self.place(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn refuse_tag(&self, tag: Option<&Tag>, span: &Range<usize>) -> Result<(), SyntaxError> {
        match tag {
            Some(tag) if self.rules == Rules::Strict && !tag.is_yaml_core_schema() => Err(refuse(
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
            Some(tag) if self.rules == Rules::Lenient || tag.is_yaml_core_schema_tag("str") => {
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
        if let Some(OpenNode {
            kind: OpenKind::Table { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(complex_key(start..start));
        }
        self.open.push(OpenNode {
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
                let entries = match self.rules {
                    Rules::Strict => entries,
                    Rules::Lenient => merged(entries),
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
                Some((key, key_span)) => entries.push(MapEntry {
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
fn merged(entries: Vec<MapEntry>) -> Vec<MapEntry> {
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
                // Of a key that stands twice there, the last one counts.
                let mut added: Vec<_> = entries
                    .into_iter()
                    .rev()
                    .filter(|entry| keys.insert(entry.key.clone()))
                    .collect();
                added.reverse();
                own.extend(added);
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
