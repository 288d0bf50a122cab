use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::super::context::CommandError;
use crate::error::{Code, Diagnostic};
use crate::image::Tag;

/// The tags on standard input, and their dates where they have some.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) tags: Vec<Tag>,
    pub(super) dates: BTreeMap<Tag, Timestamp>,
}

/// Reads tags, one a line, with dates behind them if `dated`.
pub(super) fn read(text: &str, dated: bool) -> Result<Input, CommandError> {
    let mut input = Input::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let place = format!("it is line {} of standard input", index + 1);
        let (tag, date) = match line.split_once([' ', '\t']).filter(|_| dated) {
            // Behind the date `tags --dates` says whose word it is.
            Some((tag, date)) => (tag, date.split_whitespace().next()),
            None => (line, None),
        };
        let tag = Tag::parse(tag).map_err(|error| Diagnostic::of(&error).note(&place))?;
        if let Some(text) = date {
            let date: Timestamp = text.parse().map_err(|_| {
                Diagnostic::new(Code::BadTime, format!("`{text}` is not a point in time"))
                    .note(&place)
                    .help("write it as RFC 3339 does: `2024-05-01T12:00:00Z`")
            })?;
            let known = input.dates.entry(tag.clone()).or_insert(date);
            *known = date.max(*known);
        }
        input.tags.push(tag);
    }
    Ok(input)
}
