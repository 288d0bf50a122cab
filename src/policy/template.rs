use regex::bytes::Regex;

use crate::error::{Code, TextError};

/// A text with places for groups of a regular expression.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pieces: Vec<TemplatePiece>,
}

#[derive(Clone, Debug)]
enum TemplatePiece {
    Literal(Box<str>),
    Group(usize),
}

fn bad_value(message: impl Into<String>, offset: usize, length: usize) -> TextError {
    TextError::new(Code::BadExtract, message, offset, length)
}

impl Template {
    /// Reads a template over the groups of an expression.
    pub(super) fn parse(text: &str, regex: &Regex) -> Result<Self, TextError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut position = 0;
        while let Some(dollar) = text[position..].find('$') {
            let start = position + dollar;
            literal.push_str(&text[position..start]);
            let after = &text[start + 1..];
            if after.starts_with('$') {
                literal.push('$');
                position = start + 2;
                continue;
            }
            let (name, length) =
                name(after).ok_or_else(|| lone_dollar(after, start, text.len()))?;
            let group = group(name, regex).ok_or_else(|| {
                let written = &text[start..=start + length];
                unknown_group(name, written, regex, start)
            })?;
            if !literal.is_empty() {
                pieces.push(TemplatePiece::Literal(std::mem::take(&mut literal).into()));
            }
            pieces.push(TemplatePiece::Group(group));
            position = start + 1 + length;
        }
        if !pieces
            .iter()
            .any(|piece| matches!(piece, TemplatePiece::Group(_)))
        {
            let message = "the value takes nothing from the tag";
            return Err(
                bad_value(message, 0, text.len()).help("name a group of the pattern, such as `$1`")
            );
        }
        literal.push_str(&text[position..]);
        if !literal.is_empty() {
            pieces.push(TemplatePiece::Literal(literal.into()));
        }
        Ok(Self { pieces })
    }

    /// Appends the text, with the groups as `find` has them.
    ///
    /// A separator that an empty group leaves at the end goes with it: `$1.$2` of `13.0.1` is not `13.0.1.`.
    pub(super) fn expand<'t>(&self, text: &mut String, find: impl Fn(usize) -> Option<&'t str>) {
        for piece in &self.pieces {
            text.push_str(match piece {
                TemplatePiece::Literal(literal) => literal,
                TemplatePiece::Group(group) => find(*group).unwrap_or_default(),
            });
        }
        let mut is_after_empty = false;
        for piece in self.pieces.iter().rev() {
            match piece {
                TemplatePiece::Group(group) if find(*group).unwrap_or_default().is_empty() => {
                    is_after_empty = true;
                }
                TemplatePiece::Literal(literal) if is_after_empty => {
                    let kept = literal.trim_end_matches(['.', '-', '_', '+']).len();
                    text.truncate(text.len() - (literal.len() - kept));
                    if kept > 0 {
                        break;
                    }
                }
                _ => break,
            }
        }
    }
}

/// Reads the name after a dollar sign; returns it and how many bytes it takes with its braces.
fn name(after: &str) -> Option<(&str, usize)> {
    if let Some(inside) = after.strip_prefix('{') {
        let end = inside.find('}').filter(|end| *end > 0)?;
        return Some((&inside[..end], end + 2));
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = after.bytes().take_while(|byte| is_word(byte)).count();
    (length > 0).then(|| (&after[..length], length))
}

fn group(name: &str, regex: &Regex) -> Option<usize> {
    match name.parse::<usize>() {
        Ok(number) => Some(number).filter(|number| *number < regex.captures_len()),
        Err(_) => regex.capture_names().position(|known| known == Some(name)),
    }
}

fn lone_dollar(after: &str, start: usize, end: usize) -> TextError {
    if after.starts_with("{}") {
        return bad_value("no group is named", start, 3).help("write one such as `$1`");
    }
    if after.starts_with('{') {
        return bad_value("this brace is not closed", start, end - start)
            .help("write `}` after the name of the group");
    }
    bad_value("no group follows this dollar sign", start, 1)
        .help("write `$$` for a dollar sign, or a group such as `$1`")
}

fn unknown_group(name: &str, written: &str, regex: &Regex, start: usize) -> TextError {
    let error = bad_value(
        format!("the pattern has no group `{name}`"),
        start,
        written.len(),
    );
    // Names go on as far as they can, so `$1a` asks for the group `1a`.
    let shorter = (1..name.len())
        .rev()
        .filter(|_| !written.starts_with("${"))
        .find(|length| group(&name[..*length], regex).is_some());
    if let Some(length) = shorter {
        let (known, rest) = name.split_at(length);
        return error.help(format!("write `${{{known}}}{rest}`"));
    }
    let names = regex.capture_names().enumerate().skip(1);
    let known: Vec<_> = names
        .map(|(number, name)| match name {
            Some(name) => format!("`${name}`"),
            None => format!("`${number}`"),
        })
        .collect();
    if known.is_empty() {
        error.help("put what you want in parentheses in the pattern: that is a group")
    } else {
        error.help(format!("the groups are {}", known.join(", ")))
    }
}
