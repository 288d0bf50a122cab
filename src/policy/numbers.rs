use std::cmp::Ordering;

use crate::version::{is_abbreviated_commit, natural, stage};

/// Returns the length of the numbers at the beginning of a tag: `v?N(.N)*`, or zero.
pub(super) fn numbers_length(tag: &str) -> usize {
    let bytes = tag.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let mut end = usize::from(bytes.first() == Some(&b'v'));
    if !is_digit(end) {
        return 0;
    }
    loop {
        while is_digit(end) {
            end += 1;
        }
        if bytes.get(end) != Some(&b'.') || !is_digit(end + 1) {
            return end;
        }
        end += 1;
    }
}

/// Compares the numbers that a tag begins with to three others, as fast as can be; `None` if the tag begins otherwise,
/// or a number has more digits than those of versions have.
pub(super) fn compare_parts(tag: &str, parts: [u64; 3]) -> Option<Ordering> {
    let bytes = tag.strip_prefix('v').unwrap_or(tag).as_bytes();
    let mut position = 0;
    for (index, part) in parts.into_iter().enumerate() {
        let start = position;
        let mut number = 0u64;
        while let Some(digit) = bytes.get(position).filter(|byte| byte.is_ascii_digit()) {
            if position - start == MOST_DIGITS {
                return None;
            }
            number = number * 10 + u64::from(digit - b'0');
            position += 1;
        }
        if position == start && index == 0 {
            return None;
        }
        if number != part {
            return Some(number.cmp(&part));
        }
        // Numbers that are not written count as zero.
        if bytes.get(position) == Some(&b'.') {
            position += 1;
        }
    }
    Some(Ordering::Equal)
}

/// Splits a tag into the numbers of a version and what follows: nothing, or a text that starts with
/// `-` or `_`.
pub(super) fn split_numbers(tag: &str) -> Option<(&str, &str)> {
    let (numbers, rest) = tag.split_at(numbers_length(tag));
    (!numbers.is_empty() && (rest.is_empty() || rest.starts_with(['-', '_'])))
        .then_some((numbers, rest))
}

/// The most digits of a number that is compared in this way: it fits 64 bits.
const MOST_DIGITS: usize = 18;

/// Compares the numbers that stand in two tags, from left to right; the digits of a commit are none.
pub(super) fn compare_numbers(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (numbers(left), numbers(right));
    loop {
        let (one, other) = (left.next(), right.next());
        if one.is_none() && other.is_none() {
            return Ordering::Equal;
        }
        let ordering = natural(one.unwrap_or_default(), other.unwrap_or_default());
        if ordering.is_ne() {
            return ordering;
        }
    }
}

fn numbers(tag: &str) -> impl Iterator<Item = &str> {
    let is_commit =
        |word: &str| is_abbreviated_commit(word) && !word.bytes().all(|byte| byte.is_ascii_digit());
    let words = tag.split(['.', '-', '_', '+']);
    let words = words.filter(move |word| !is_commit(word));
    let runs = words.flat_map(|word| word.split(|letter: char| !letter.is_ascii_digit()));
    runs.filter(|run| !run.is_empty())
}

/// Tells whether what follows the numbers is a stage of a release, and no variant of the image.
pub(super) fn is_stage(suffix: &str) -> bool {
    stage(suffix.trim_start_matches(['-', '_', '.'])).is_some()
}

/// Tells whether what follows the numbers names a variant of the image: a word that is no stage.
///
/// A word, a dot and numbers count as a stage whatever the word is: `ec.3`, `next.1`. Variants are written
/// `alpine3.20`.
pub(super) fn is_variant(suffix: &str) -> bool {
    let text = suffix.trim_start_matches(['-', '_', '.']);
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let is_number =
        |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let counts_up = rest
        .strip_prefix('.')
        .is_some_and(|numbers| numbers.split('.').all(is_number));
    rest.len() < text.len() && !counts_up && stage(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_no_number_follows() {
        for (tag, numbers) in [
            ("1.2.3", "1.2.3"),
            ("v1.2-rc1", "v1.2"),
            ("1.2.", "1.2"),
            ("1..2", "1"),
            ("1.2.r4", "1.2"),
            ("latest", ""),
            ("v", ""),
            (".1", ""),
            ("", ""),
        ] {
            assert_eq!(&tag[..numbers_length(tag)], numbers, "{tag}");
        }
        for (tag, order) in [
            ("v22.1-x", Some(Ordering::Less)),
            ("22.2", Some(Ordering::Less)),
            ("22.2.3.4", Some(Ordering::Equal)),
            ("22.2.3-rc1", Some(Ordering::Equal)),
            ("22.10", Some(Ordering::Greater)),
            ("v23", Some(Ordering::Greater)),
            ("latest", None),
            ("9999999999999999999", None),
        ] {
            assert_eq!(compare_parts(tag, [22, 2, 3]), order, "{tag}");
        }
        assert_eq!(
            compare_parts("22-alpine", [22, 0, 0]),
            Some(Ordering::Equal)
        );
        assert!(compare_numbers("1.43.3.10793-cd55876e7", "1.43.3.10828-0123456ab").is_lt());
        assert!(compare_numbers("main-r9", "dev-r10").is_lt());
        assert!(compare_numbers("a-0123abc", "b-9876def").is_eq());
        assert!(compare_numbers("1.2", "1.2.1").is_lt() && compare_numbers("1.02", "1.2").is_eq());
        assert_eq!(split_numbers("1.2-alpine"), Some(("1.2", "-alpine")));
        assert_eq!(split_numbers("1.2alpine"), None);
        assert_eq!(split_numbers("1.2."), None);
        assert_eq!(split_numbers("latest"), None);
        assert!(is_stage("-RC1") && is_stage("_beta.2") && !is_stage("-alpine"));
        for prerelease in ["ec.3", "-next.1", "exp.2.1", "rc1", "-0", ""] {
            assert!(!is_variant(prerelease), "{prerelease}");
        }
        assert!(is_variant("alpine3.20") && is_variant("ubuntu.jammy"));
        assert!(
            is_variant("-alpine") && is_variant("jdk") && !is_variant("-rc1") && !is_variant("-0")
        );
    }
}
