use super::comparator::Partial;
use super::error::bad_constraint;
use super::identifiers::{self, FaultKind};
use super::scan::is_date_like;
use crate::error::TextError;

pub(super) const HYPHEN_HELP: &str =
    "a hyphen range has a blank on both sides of the hyphen: `1.2 - 1.4`";

/// Reads `v?P[.P[.P]][-prerelease][+metadata]`, in which a P is a number, `x`, `X` or `*`.
///
/// `offset` is where `word` begins in the whole constraint.
pub(super) fn parse(word: &str, offset: usize) -> Result<Partial, TextError> {
    refuse_words(word, offset)?;
    let start = usize::from(word.starts_with('v'));
    let core_end = word.find(['-', '+']).unwrap_or(word.len());
    let core = &word[start.min(core_end)..core_end];

    let mut partial = Partial {
        parts: [0; 3],
        fixed: 0,
        prerelease: "".into(),
        date_like: false,
    };
    let mut wild = false;
    let mut position = offset + start;
    for (index, part) in core.split('.').enumerate() {
        if index == 3 {
            let surplus = position - 1;
            return Err(bad_constraint(
                "a version has at most three numbers",
                surplus,
                offset + core_end - surplus,
            )
            .help(format!("write `{}`", &word[..surplus - offset])));
        }
        if part.is_empty() {
            return Err(missing_number(word, position));
        }
        if matches!(part, "x" | "X" | "*") {
            wild = true;
        } else if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad_constraint(
                format!("`{part}` is neither a number nor `x` nor `*`"),
                position,
                part.len(),
            ));
        } else if !wild {
            let number = part.parse().map_err(|_| {
                bad_constraint(
                    format!("the number {part} is too large"),
                    position,
                    part.len(),
                )
                .help(format!("the largest is {}", u64::MAX))
            })?;
            partial.parts[index] = number;
            partial.fixed += 1;
            if index == 0 {
                partial.date_like = is_date_like(number, part.len());
            }
        }
        position += part.len() + 1;
    }
    partial.prerelease = trailer(word, core_end, offset)?.into();
    Ok(partial)
}

/// Checks what follows the numbers and returns the prerelease.
fn trailer(word: &str, core_end: usize, offset: usize) -> Result<&str, TextError> {
    let rest = &word[core_end..];
    let plus = rest.find('+').unwrap_or(rest.len());
    let mut prerelease = "";
    if plus > 0 {
        prerelease = &rest[1..plus];
        check("prerelease", prerelease, true, offset + core_end + 1)?;
    }
    if let Some(metadata) = rest.get(plus + 1..) {
        check("metadata", metadata, false, offset + core_end + plus + 1)?;
    }
    Ok(prerelease)
}

fn check(what: &str, text: &str, strict: bool, offset: usize) -> Result<(), TextError> {
    identifiers::check(text, strict).map_err(|fault| {
        let culprit = &text[fault.offset..fault.offset + fault.length];
        let place = offset + fault.offset;
        match fault.kind {
            FaultKind::Empty if text.is_empty() && strict => {
                bad_constraint("no prerelease after `-`", place - 1, 1).help(HYPHEN_HELP)
            }
            FaultKind::Empty => {
                bad_constraint(format!("an empty part in the {what}"), place - 1, 1)
                    .help("the parts between dots have at least one of `0-9 A-Z a-z -`")
            }
            FaultKind::Character => bad_constraint(
                format!("`{culprit}` cannot stand in a {what}"),
                place,
                fault.length,
            )
            .help(format!(
                "a {what} is made of `0-9 A-Z a-z -`, in parts joined by dots"
            )),
            FaultKind::LeadingZero => {
                let trimmed = Some(culprit.trim_start_matches('0')).filter(|text| !text.is_empty());
                bad_constraint(
                    format!("the number `{culprit}` in a prerelease has a leading zero"),
                    place,
                    fault.length,
                )
                .help(format!("write `{}`", trimmed.unwrap_or("0")))
            }
        }
    })
}

fn missing_number(word: &str, position: usize) -> TextError {
    if word == "v" {
        return bad_constraint("no version after `v`", position - 1, 1)
            .help("write `v1`, or `*` for any version");
    }
    // The dot beside the gap is marked, as a gap alone cannot be seen.
    let place = position.saturating_sub(1);
    bad_constraint("a number is missing beside this dot", place, 1)
        .help("a version is `1`, `1.2` or `1.2.3`; wild numbers are `x` or left out together with their dot")
}

/// Refuses words that were never meant as versions, each with the advice that fits.
fn refuse_words(word: &str, offset: usize) -> Result<(), TextError> {
    let no_version = || bad_constraint(format!("`{word}` is not a version"), offset, word.len());
    if word.starts_with('-') {
        return Err(no_version().help(HYPHEN_HELP));
    }
    if word.starts_with('.') || word.starts_with('+') {
        return Err(no_version());
    }
    let mut letters = word.chars();
    let (first, second) = (letters.next(), letters.next());
    let is_number = |letter: Option<char>| {
        letter.is_some_and(|letter| matches!(letter, '0'..='9' | 'x' | 'X' | '*'))
    };
    if first == Some('V') && is_number(second) {
        return Err(bad_constraint(
            "a version starts with a lower-case `v`, or with none",
            offset,
            1,
        )
        .help(format!("write `v{}`", &word[1..])));
    }
    let starts_well = match first {
        Some('v') => second.is_none() || is_number(second) || second == Some('.'),
        Some('x' | 'X') => second.is_none_or(|letter| !letter.is_alphabetic()),
        first => is_number(first),
    };
    if starts_well {
        return Ok(());
    }
    Err(match word.to_ascii_lowercase().as_str() {
        "and" => no_version().help("a blank or a comma means and: `>=1.2 <2`"),
        "or" => no_version().help("write `||` for or"),
        _ if word.bytes().all(is_tag_byte) => {
            no_version().help(format!("to follow one tag, use tag = \"{word}\""))
        }
        _ => no_version(),
    })
}

fn is_tag_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}
