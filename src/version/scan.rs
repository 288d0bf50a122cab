use std::cmp::Ordering;

use super::identifiers;

/// A version that borrows its text, so that reading 100,000 tags allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VersionRef<'t> {
    text: &'t str,
    parts: [u64; 3],
    part_count: u8,
    date_like: bool,
    /// Empty for a release.
    prerelease: &'t str,
}

impl<'t> VersionRef<'t> {
    /// Reads `v?N[.N[.N]][-prerelease][+metadata]`.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut position = usize::from(bytes.first() == Some(&b'v'));
        let mut version = Self {
            text,
            parts: [0; 3],
            part_count: 0,
            date_like: false,
            prerelease: "",
        };
        for index in 0..version.parts.len() {
            if index > 0 {
                if bytes.get(position) != Some(&b'.') {
                    break;
                }
                position += 1;
            }
            let start = position;
            let mut number = 0u64;
            while let Some(digit) = bytes.get(position).filter(|byte| byte.is_ascii_digit()) {
                number = number
                    .checked_mul(10)?
                    .checked_add(u64::from(digit - b'0'))?;
                position += 1;
            }
            if position == start {
                return None;
            }
            if index == 0 {
                version.date_like = is_date_like(number, position - start);
            }
            version.parts[index] = number;
            version.part_count += 1;
        }
        let mut rest = &text[position..];
        if let Some(after) = rest.strip_prefix('-') {
            let end = after.find('+').unwrap_or(after.len());
            version.prerelease = &after[..end];
            identifiers::check(version.prerelease, true).ok()?;
            rest = &after[end..];
        }
        if let Some(metadata) = rest.strip_prefix('+') {
            identifiers::check(metadata, false).ok()?;
            rest = "";
        }
        rest.is_empty().then_some(version)
    }

    pub(crate) fn parts(self) -> [u64; 3] {
        self.parts
    }

    pub(crate) fn part_count(self) -> usize {
        self.part_count.into()
    }

    pub(crate) fn has_v(self) -> bool {
        self.text.starts_with('v')
    }

    pub(crate) fn is_date_like(self) -> bool {
        self.date_like
    }

    /// Returns the prerelease; empty for a release.
    pub(crate) fn prerelease(self) -> &'t str {
        self.prerelease
    }

    pub(crate) fn is_prerelease(self) -> bool {
        !self.prerelease.is_empty()
    }

    pub(crate) fn precedence(self, other: VersionRef<'_>) -> Ordering {
        self.compare(other.parts, other.prerelease)
    }

    pub(super) fn compare(self, parts: [u64; 3], prerelease: &str) -> Ordering {
        self.parts
            .cmp(&parts)
            .then_with(|| identifiers::compare(self.prerelease, prerelease))
    }
}

/// Tells whether a first number looks like a year, a date, a build number or an all-digit commit.
pub(super) fn is_date_like(number: u64, digit_count: usize) -> bool {
    (1900..=2999).contains(&number) || digit_count >= 6
}
