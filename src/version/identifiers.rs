use std::cmp::Ordering;

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
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let ordering = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => compare_one(left, right),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

fn compare_one(left: &str, right: &str) -> Ordering {
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (numeric(left), numeric(right)) {
        // Without leading zeros the longer number is the greater one, however long they are.
        (true, true) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => left.cmp(right),
    }
}
