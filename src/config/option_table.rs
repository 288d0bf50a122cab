//! The options of a table of the config, each with its place.

use serde_json::Value;

use super::tree::{Kind, Node};
use crate::policy::{ExtractPart, OptionValue, Options, PolicyOption, WrittenOption};
use crate::syntax::Spanned;

/// Reads the options of a table of which the first pass has left `left`. What it has taken out has no value.
pub(super) fn read(table: &Node, left: &Value) -> Options {
    let mut options = Options::default();
    for entry in table.entries() {
        let Some(option) = PolicyOption::named(&entry.key) else {
            continue;
        };
        let left = left.get(&entry.key);
        let value = left.and_then(|left| value(&entry.value, left));
        options.add(WrittenOption {
            option,
            key: entry.key_span.clone(),
            value: value.map(|value| Spanned {
                value,
                span: entry.value.span.clone(),
            }),
        });
    }
    options
}

/// Reads an entry that is nothing but a constraint.
pub(super) fn constraint(text: &str, node: &Node) -> Options {
    let mut options = Options::default();
    options.add(WrittenOption {
        option: PolicyOption::Constraint,
        key: node.span.clone(),
        value: Some(Spanned {
            value: OptionValue::Text(text.to_string()),
            span: node.span.clone(),
        }),
    });
    options
}

fn value(node: &Node, left: &Value) -> Option<OptionValue> {
    match &node.kind {
        Kind::Text(text) => Some(OptionValue::Text(text.clone())),
        Kind::Bool(value) => Some(OptionValue::Bool(*value)),
        Kind::List(items) => {
            let items = items.iter().map(text);
            Some(OptionValue::List(items.collect::<Option<_>>()?))
        }
        Kind::Table(entries) => {
            let part = |part: ExtractPart| {
                let name = part.as_str();
                left.get(name)?;
                Some((part, text(&entries.get(name)?.value)?))
            };
            let parts = [ExtractPart::Pattern, ExtractPart::Value];
            let parts = parts.into_iter().filter_map(part);
            Some(OptionValue::Extract(parts.collect()))
        }
        Kind::Number(_) | Kind::Other(_) => None,
    }
}

fn text(node: &Node) -> Option<Spanned<String>> {
    match &node.kind {
        Kind::Text(text) => Some(Spanned {
            value: text.clone(),
            span: node.span.clone(),
        }),
        _ => None,
    }
}
