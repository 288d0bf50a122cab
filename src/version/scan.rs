use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::further::Further;
use super::{identifiers, stage};

/// The first numbers that look like years.
const YEARS: RangeInclusive<u64> = 1900..=2999;

/// From how many digits on a number looks like a date, a build number or a commit.
const LONG: usize = 6;

/// The fewest hexadecimal digits of an abbreviated commit, as Git writes it.
const SHORTEST_COMMIT: usize = 7;

/// A version that borrows its text, so that reading 100,000 tags allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VersionRef<'t> {
    text: &'t str,
    parts: [u64; 3],
    part_count: u8,
    /// Only tags have them.
    further: Further<'t>,
    date_like: bool,
    /// Empty for a release.
    prerelease: &'t str,
    /// Whether the prerelease has no hyphen before it: `3.15.0rc1`. Only tags have such ones.
    is_glued: bool,
}

impl<'t> VersionRef<'t> {
    /// Reads `v?N[.N[.N]][-prerelease][+metadata]`, as Masterminds does.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let (mut version, mut rest) = Self::numbers(text)?;
        rest = version.take_prerelease(rest)?;
        is_metadata(rest).then_some(version)
    }

    /// Reads a tag: `v?N(.N)*[_N][-prerelease][+metadata]`, or a prerelease that is glued to the numbers (`3.15.0rc1`).
    pub(crate) fn of_tag(text: &'t str) -> Option<Self> {
        let (mut version, mut rest) = Self::all_numbers(text)?;
        // Alpine Linux and its kin write an underscore before the word: `3.14.0_rc1`.
        let glued = rest.strip_prefix('_').unwrap_or(rest);
        if glued.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            rest = glued;
            let glued = &rest[..rest.find('+').unwrap_or(rest.len())];
            stage::split_glued(glued)?;
            if is_abbreviated_commit(text) {
                return None;
            }
            version.prerelease = glued;
            version.is_glued = true;
            rest = &rest[glued.len()..];
        } else {
            rest = version.take_prerelease(rest)?;
        }
        is_metadata(rest).then_some(version)
    }

    /// Reads the numbers that a tag begins with, all of them; returns them as a release, and the text after them.
    pub(crate) fn all_numbers(text: &'t str) -> Option<(Self, &'t str)> {
        let (mut version, rest) = Self::numbers(text)?;
        if !rest.starts_with(['.', '_']) {
            return Some((version, rest));
        }
        let (further, rest) = Further::split(rest);
        version.further = further;
        Some((version, rest))
    }

    /// Reads up to three numbers; returns them and the text after them.
    fn numbers(text: &'t str) -> Option<(Self, &'t str)> {
        let bytes = text.as_bytes();
        let mut position = usize::from(bytes.first() == Some(&b'v'));
        let mut version = Self {
            text,
            parts: [0; 3],
            part_count: 0,
            further: Further::default(),
            date_like: false,
            prerelease: "",
            is_glued: false,
        };
        for index in 0..version.parts.len() {
            let mut start = position;
            if index > 0 {
                if bytes.get(position) != Some(&b'.') {
                    break;
                }
                start += 1;
            }
            let mut end = start;
            let mut number = 0u64;
            while let Some(digit) = bytes.get(end).filter(|byte| byte.is_ascii_digit()) {
                number = number
                    .checked_mul(10)?
                    .checked_add(u64::from(digit - b'0'))?;
                end += 1;
            }
            if end == start {
                // The dot belongs to what follows, which is nothing that a version has.
                return None;
            }
            position = end;
            if index == 0 {
                version.date_like = is_date_like(number, end - start);
            }
            version.parts[index] = number;
            version.part_count += 1;
        }
        Some((version, &text[position..]))
    }

    /// Takes a prerelease off that begins with a hyphen, if there is one.
    fn take_prerelease(&mut self, rest: &'t str) -> Option<&'t str> {
        let Some(after) = rest.strip_prefix('-') else {
            return Some(rest);
        };
        let end = after.find('+').unwrap_or(after.len());
        self.prerelease = &after[..end];
        identifiers::check(self.prerelease, true).ok()?;
        Some(&after[end..])
    }

    pub(crate) fn parts(self) -> [u64; 3] {
        self.parts
    }

    /// Returns the number of components as written.
    pub(crate) fn part_count(self) -> usize {
        usize::from(self.part_count) + self.further.count()
    }

    /// Returns the numbers after the third, with the dots and the underscore before them.
    pub(crate) fn further(self) -> &'t str {
        self.further.as_str()
    }

    /// Returns the numbers after the third so that equal ones are written alike.
    pub(crate) fn shortest_further(self) -> String {
        self.further.shortest()
    }

    pub(crate) fn has_v(self) -> bool {
        self.text.starts_with('v')
    }

    pub(crate) fn is_date_like(self) -> bool {
        self.date_like
    }

    /// Returns `true` if the first number was written with six or more digits.
    pub(crate) fn is_long(self) -> bool {
        self.date_like && !YEARS.contains(&self.parts[0])
    }

    /// Returns the prerelease as it is written; empty for a release.
    pub(crate) fn prerelease(self) -> &'t str {
        self.prerelease
    }

    /// Returns the prerelease in the form that is compared: `rc.1` of `3.15.0rc1` and of `3.15.0-rc.1`.
    pub(crate) fn identifiers(self) -> Cow<'t, str> {
        match stage::split_glued(self.prerelease).filter(|_| self.is_glued) {
            Some((word, number)) => {
                let number = match number.trim_start_matches('0') {
                    "" => "0",
                    number => number,
                };
                format!("{}.{number}", word.to_ascii_lowercase()).into()
            }
            None => self.prerelease.into(),
        }
    }

    pub(crate) fn is_prerelease(self) -> bool {
        !self.prerelease.is_empty()
    }

    pub(crate) fn precedence(self, other: VersionRef<'_>) -> Ordering {
        self.numbers_compared(other)
            .then_with(|| identifiers::compare(&self.ordered(), &other.ordered()))
    }

    /// Returns the prerelease in the form that tags are ordered by: of a stage and numbers, the numbers count as such,
    /// so that `rc10` comes after `rc9`. Bounds of constraints are compared as Masterminds does.
    fn ordered(self) -> Cow<'t, str> {
        match stage::ordered(self.prerelease) {
            Some(form) => form.into(),
            None => self.identifiers(),
        }
    }

    /// Compares the numbers alone, all of them.
    pub(crate) fn numbers_compared(self, other: VersionRef<'_>) -> Ordering {
        self.parts
            .cmp(&other.parts)
            .then_with(|| self.further.compare(other.further))
    }

    /// Compares with three numbers and a prerelease of a constraint, which knows no further numbers.
    pub(super) fn compare(self, parts: [u64; 3], prerelease: &str) -> Ordering {
        self.parts
            .cmp(&parts)
            .then_with(|| identifiers::compare(&self.identifiers(), prerelease))
    }
}

/// Returns `true` if nothing is left of a version but its metadata.
fn is_metadata(rest: &str) -> bool {
    match rest.strip_prefix('+') {
        Some(metadata) => identifiers::check(metadata, false).is_ok(),
        None => rest.is_empty(),
    }
}

/// Returns `true` if a text may be an abbreviated commit, such as `1234b56`.
pub(crate) fn is_abbreviated_commit(text: &str) -> bool {
    text.len() >= SHORTEST_COMMIT && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns `true` if a first number looks like a year, a date, a build number or an all-digit commit.
pub(super) fn is_date_like(number: u64, digit_count: usize) -> bool {
    YEARS.contains(&number) || digit_count >= LONG
}
