use std::cmp::Ordering;

use semver::Prerelease;

/// A fault in a prerelease or in metadata: where in the text, and what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IdentifierFault {
    pub(super) offset: usize,
    pub(super) length: usize,
    pub(super) kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    Empty,
    Character,
    LeadingZero,
}

/// Checks dot-separated identifiers of `[0-9A-Za-z-]`; numeric ones may not start with a zero if `strict`.
pub(super) fn check(text: &str, strict: bool) -> Result<(), IdentifierFault> {
    let mut offset = 0;
    for identifier in text.split('.') {
        let fault = |offset, length, kind| {
            Err(IdentifierFault {
                offset,
                length,
                kind,
            })
        };
        if identifier.is_empty() {
            return fault(offset, 0, FaultKind::Empty);
        }
        let mut numeric = true;
        for (index, byte) in identifier.bytes().enumerate() {
            if !byte.is_ascii_digit() {
                numeric = false;
                if !byte.is_ascii_alphabetic() && byte != b'-' {
                    let length = identifier[index..].chars().next().map_or(1, char::len_utf8);
                    return fault(offset + index, length, FaultKind::Character);
                }
            }
        }
        if strict && numeric && identifier.len() > 1 && identifier.starts_with('0') {
            return fault(offset, identifier.len(), FaultKind::LeadingZero);
        }
        offset += identifier.len() + 1;
    }
    Ok(())
}

/// Compares two checked prereleases; the empty text stands for a release and is the greatest.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    match (Prerelease::new(left), Prerelease::new(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        // What was checked is a prerelease; the order of anything else only has to be one.
        _ => left.cmp(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_comes_after_its_prereleases() {
        let ordered = [
            "0",
            "9",
            "10",
            "18446744073709551616",
            "alpha",
            "alpha.1",
            "alpha.beta",
            "rc.2",
            "",
        ];
        for (index, left) in ordered.iter().enumerate() {
            for (other, right) in ordered.iter().enumerate() {
                assert_eq!(
                    compare(left, right),
                    index.cmp(&other),
                    "{left} and {right}"
                );
            }
        }
    }
}
