use std::ops::Range;

use granit_parser::Parser;

use super::builder::Builder;
use crate::error::covered;
use crate::syntax::error::SyntaxError;
use crate::syntax::parsed::Parsed;
use crate::syntax::tree::{Kind, Node};

/// The deepest nesting that is read of a config, which needs five levels.
const MAX_DEPTH: usize = 64;
/// The deepest nesting that is read of files of others, whose schemas may nest a few dozen levels.
const MAX_FOREIGN_DEPTH: usize = 192;

/// How much of YAML is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// One document without tags and merge keys. What an alias stands for has the place of the alias.
    Strict,
    /// Tags are passed over and merge keys (`<<`) are followed, as Kubernetes' tools do. What an alias stands
    /// for has the place at which it is written.
    Lenient,
}

/// Reads YAML: one document, scalars by the core schema of YAML 1.2.
///
/// A plain scalar on whose meaning YAML readers disagree (`no`, `2024-01-01`) is [`Kind::Other`], so that it is
/// refused with a word on quotes wherever it stands.
pub(in crate::syntax) fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    let root = read(text, 0..text.len(), Rules::Strict)?;
    // An empty file is an empty config.
    let root = root.unwrap_or(Node {
        span: 0..0,
        kind: Kind::Table(Vec::new().into()),
    });
    let duplicates = root.duplicates();
    Ok(Parsed { root, duplicates })
}

/// Reads the document in a part of a file of others; nothing if it is empty.
pub(in crate::syntax) fn parse_lenient(
    text: &str,
    part: Range<usize>,
) -> Result<Option<Node>, SyntaxError> {
    read(text, part, Rules::Lenient)
}

/// Reads the document in a part of a text, with the places of the whole text.
fn read(text: &str, part: Range<usize>, rules: Rules) -> Result<Option<Node>, SyntaxError> {
    let depth = match rules {
        Rules::Strict => MAX_DEPTH,
        Rules::Lenient => MAX_FOREIGN_DEPTH,
    };
    let mut options = granit_parser::options! {
        disallow_directives: false,
        flow_nesting_limit: depth,
        block_nesting_limit: depth,
    };
    options.set_emit_comments(false);
    let mut builder = Builder::new(text, part.start, rules);
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
    Ok(builder.finish())
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
