use super::guess::Guess;
use super::tag_ending::{Ending, escaped};
use crate::version::stage;

/// How many numbers a version has that does not move along with newer ones.
const FULL: usize = 3;

/// Words of prereleases that, without a number, name a variant: what was built last of any version.
const BUILDS: [&str; 6] = ["canary", "dev", "devel", "nightly", "snapshot", "unstable"];

/// Returns the guess for a tag with a full version in it, at its beginning or behind words.
pub(super) fn guess(tag: &str) -> Option<Guess> {
    let behind_words = tag.match_indices(['-', '_']).map(|(place, _)| place + 1);
    let mut starts = std::iter::once(0).chain(behind_words);
    starts.find_map(|start| {
        let (prefix, version) = tag.split_at(start);
        guess_behind(prefix, version)
    })
}

fn guess_behind(prefix: &str, version: &str) -> Option<Guess> {
    let unprefixed = version.strip_prefix('v').unwrap_or(version);
    let v = if unprefixed.len() < version.len() {
        "v"
    } else {
        ""
    };
    let (numbers, rest) = split_numbers(unprefixed)?;
    let (has_build, rest) = match split_build(rest) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let count = numbers.split('.').count();
    let (prerelease, rest) = match split_stage(rest) {
        Some((prerelease, rest)) => (Some(prerelease), rest),
        None => (None, rest),
    };
    // `25_36-jre` is the first release of its line, and `19beta3` is one prerelease of it.
    let is_counted = prerelease
        .as_ref()
        .is_some_and(|text| text.ends_with(is_digit));
    let is_full = count >= FULL || (prefix.is_empty() && (has_build || is_counted));
    if !is_full || !(rest.is_empty() || rest.starts_with(['-', '_'])) {
        return None;
    }
    let constraint = constraint(numbers, prerelease.as_deref());
    let ending = Ending::of(rest);
    match ending.suffix().filter(|_| prefix.is_empty()) {
        Some(suffix) => Some(Guess::Versions { constraint, suffix }),
        None if prerelease.is_none() => {
            let (prefix, ending) = (escaped(prefix), ending.expression());
            let build = if has_build { r"_\d+" } else { "" };
            let pattern = format!("^{prefix}({v}[0-9.]+{build}){ending}$");
            Some(Guess::Extracted {
                constraint,
                pattern,
            })
        }
        None => None,
    }
}

/// Returns the constraint: from the version up to the next major one, and from a prerelease as far as
/// its own line goes.
fn constraint(numbers: &str, prerelease: Option<&str>) -> String {
    // Of more than three numbers a constraint names the first three.
    let shown: Vec<&str> = numbers.split('.').take(FULL).collect();
    let shown = shown.join(".");
    let operator = match (is_date(numbers), prerelease) {
        // `^2024.1.5` would never leave the year.
        (true, _) => ">=",
        (false, Some(_)) => "~",
        (false, None) => "^",
    };
    let prerelease = prerelease
        .map(|text| format!("-{text}"))
        .unwrap_or_default();
    format!("{operator}{shown}{prerelease}")
}

/// Tells whether a version begins with a year or a date.
fn is_date(numbers: &str) -> bool {
    let first = numbers.split('.').next().unwrap_or_default();
    first.parse::<u64>().is_ok_and(|first| first >= 1000)
}

/// Splits off the numbers with the dots between them.
fn split_numbers(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|letter| !is_digit(letter) && letter != '.')
        .unwrap_or(text.len());
    let numbers = text[..end].trim_end_matches('.');
    let is_version = numbers
        .split('.')
        .all(|number| number.parse::<u64>().is_ok());
    is_version.then(|| text.split_at(numbers.len()))
}

/// Takes off a build, such as `_10`, which orders versions without being named by a constraint.
fn split_build(rest: &str) -> Option<&str> {
    let after = rest
        .strip_prefix('_')
        .filter(|after| after.starts_with(is_digit))?;
    Some(after.trim_start_matches(is_digit))
}

/// Splits off a stage, such as `rc1`, `-rc.1` or `-beta`, as a constraint writes it.
fn split_stage(rest: &str) -> Option<(String, &str)> {
    let (is_glued, body) = match rest.strip_prefix('-') {
        Some(body) => (false, body),
        None => (true, rest),
    };
    let letters = body
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(body.len());
    let (word, after) = body.split_at(letters);
    stage(body)?;
    let number = after.strip_prefix(['.', '-']).unwrap_or(after);
    let digits = number
        .find(|letter| !is_digit(letter))
        .unwrap_or(number.len());
    let (number, rest) = number.split_at(digits);
    if number.is_empty() {
        let is_variant = BUILDS.iter().any(|known| known.eq_ignore_ascii_case(word));
        return (!is_glued && !is_variant).then(|| (word.to_string(), after));
    }
    let written = &body[..body.len() - rest.len()];
    let prerelease = if is_glued {
        format!("{}.{number}", word.to_ascii_lowercase())
    } else {
        written.to_string()
    };
    Some((prerelease, rest))
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}
