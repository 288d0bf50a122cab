use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::node::{Entry, Node, Value};

/// The most values that aliases may stand for in one file, so that a small file stays small.
const MAX_ALIASED: usize = 100_000;
/// The deepest nesting that is read.
const MAX_DEPTH: usize = 128;

/// A text is not YAML.
pub(super) struct YamlError {
    pub(super) message: String,
    /// The document that is broken, from 1.
    pub(super) document: usize,
    /// The byte at which the text cannot be read on.
    pub(super) at: usize,
}

/// Reads the documents of a text; empty ones are left out.
///
/// JSON is read as the YAML that it is. Merge keys (`<<`) are followed, as Kubernetes' tools do.
pub(super) fn documents(text: &str) -> Result<Vec<Node>, YamlError> {
    let mut options = granit_parser::options! {
        disallow_directives: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let taken = match event {
            Ok((event, span)) => {
                let start = span.byte_range().map_or(0, |range| range.start);
                builder
                    .take(event, &span)
                    .map_err(|message| (message, start))
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                Err((error.info(), at))
            }
        };
        taken.map_err(|(message, at)| YamlError {
            message,
            document: builder.document.max(1),
            at: at.min(text.len()),
        })?;
    }
    Ok(builder.roots)
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

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    aliased: usize,
    document: usize,
    roots: Vec<Node>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), String> {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                self.document += 1;
                self.anchors.clear();
                Ok(())
            }
            Event::Scalar(text, style, anchor, _) => {
                let is_plain = style == ScalarStyle::Plain;
                let value = match &*text {
                    "" | "~" | "null" | "Null" | "NULL" if is_plain => Value::Nothing,
                    text => Value::Text(text.to_string()),
                };
                self.place(Node { span: range, value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.start(range.start, anchor, OpenKind::List(Vec::new()));
                Ok(())
            }
            Event::MappingStart(_, anchor, _) => {
                let entries = Vec::new();
                self.start(range.start, anchor, OpenKind::Table { entries, key: None });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&range),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err("an alias that contains itself".to_string());
                };
                self.aliased += count(&node);
                if self.aliased > MAX_ALIASED {
                    return Err("aliases that stand for too many values".to_string());
                }
                self.place(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, start: usize, anchor: usize, kind: OpenKind) {
        self.open.push(Open {
            start,
            anchor,
            kind,
        });
    }

    fn end(&mut self, span: &Range<usize>) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let (value, last) = match open.kind {
            OpenKind::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Value::List(items), last)
            }
            OpenKind::Table { entries, .. } => {
                let last = entries.last().map(|entry| entry.value.span.end);
                (Value::Table(merged(entries)), last)
            }
        };
        // The end of a block is reported where the next one begins: its last part is meant.
        let is_flow = span.end > span.start;
        let end = last.filter(|_| !is_flow).unwrap_or(span.end);
        let span = open.start..end.max(open.start);
        self.place(Node { span, value }, open.anchor)
    }

    /// Puts a finished value where it belongs: it is a key, a value, an item or a whole document.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None if matches!(node.value, Value::Nothing) => {}
            None => self.roots.push(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Table { entries, key }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    value: node,
                }),
                None => {
                    *key = Some(match node.value {
                        Value::Text(text) => (text, node.span),
                        Value::Nothing => (String::new(), node.span),
                        _ => return Err("a key that is not a string".to_string()),
                    });
                }
            },
        }
        Ok(())
    }
}

/// Puts what `<<` names in front, so that the table's own entries go before it.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "<<");
    let mut all = Vec::new();
    for merge in merges {
        match merge.value.value {
            Value::Table(entries) => all.extend(entries),
            // The first of several goes before the others.
            Value::List(items) => {
                all.extend(items.iter().rev().flat_map(Node::entries).cloned());
            }
            _ => {}
        }
    }
    all.extend(own);
    all
}

fn count(node: &Node) -> usize {
    let values = node.entries().iter().map(|entry| &entry.value);
    1 + node.items().iter().chain(values).map(count).sum::<usize>()
}
