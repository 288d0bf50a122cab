/// Words in front of a number that counts builds of one version.
const REVISIONS: [&str; 7] = ["r", "k3s", "rke2r", "ls", "build", "rev", "up"];

/// The lengths of commits, whole and shortened.
const COMMIT_LENGTHS: std::ops::RangeInclusive<usize> = 7..=40;

/// A part of what follows the version in a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndingPiece<'t> {
    /// A variant: it stays as it is.
    Text(&'t str),
    /// A number that newer builds have higher.
    Number(&'t str),
    /// A commit, by its length.
    Commit(usize),
}

/// What follows the version in a tag: a variant, builds of it, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending<'t>(Vec<EndingPiece<'t>>);

impl<'t> Ending<'t> {
    /// Reads an ending, which is empty or begins with `-` or `_`.
    pub(super) fn of(text: &'t str) -> Self {
        let mut pieces = Vec::new();
        let segments = segments(text);
        let has_revision = segments
            .iter()
            .any(|(_, segment)| revision(segment).is_some());
        for (index, (separator, segment)) in segments.into_iter().enumerate() {
            pieces.push(EndingPiece::Text(separator));
            let is_number = segment.bytes().all(|byte| byte.is_ascii_digit());
            if is_commit(segment) {
                pieces.push(EndingPiece::Commit(segment.len()));
            } else if let Some(word) = revision(segment) {
                pieces.push(EndingPiece::Text(&segment[..word]));
                pieces.push(EndingPiece::Number(&segment[word..]));
            } else if is_number && !segment.is_empty() && (index == 0 || has_revision) {
                // The 12 of `-debian-12-r3` moves on with the revisions.
                pieces.push(EndingPiece::Number(segment));
            } else {
                pieces.push(EndingPiece::Text(segment));
            }
        }
        Self(pieces)
    }

    /// Returns the `suffix` that newer builds have too; `None` if only `extract` can say it.
    pub(super) fn suffix(&self) -> Option<String> {
        let mut suffix = String::new();
        for piece in &self.0 {
            match piece {
                EndingPiece::Text(text) => suffix.push_str(text),
                // `-r*` would take `-rc1` as well, and `-*` any variant.
                EndingPiece::Number(_) => {
                    let letters = suffix.bytes().filter(u8::is_ascii_alphabetic).count();
                    suffix.push_str(if letters > 1 { "*" } else { "[0-9]+" });
                }
                EndingPiece::Commit(_) => return None,
            }
        }
        Some(suffix)
    }

    /// Returns a regular expression for it.
    pub(super) fn expression(&self) -> String {
        let mut expression = String::new();
        for piece in &self.0 {
            match piece {
                EndingPiece::Text(text) => expression.push_str(&escaped(text)),
                EndingPiece::Number(text) if text.contains('.') => expression.push_str("[0-9.]+"),
                EndingPiece::Number(_) => expression.push_str(r"\d+"),
                EndingPiece::Commit(length) => expression.push_str(&commit(*length)),
            }
        }
        expression
    }
}

/// Splits a text at each `-` and `_`; the first separator is empty if the text begins with none.
pub(super) fn segments(text: &str) -> Vec<(&str, &str)> {
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(['-', '_']);
        let separator = &rest[..rest.len() - after.len()];
        let end = after.find(['-', '_']).unwrap_or(after.len());
        segments.push((separator, &after[..end]));
        rest = &after[end..];
    }
    segments
}

/// Tells whether a segment is a commit. Without a letter it could be any number.
pub(super) fn is_commit(segment: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    COMMIT_LENGTHS.contains(&segment.len())
        && segment.bytes().all(is_hex)
        && segment.bytes().any(|byte| byte.is_ascii_digit())
        && segment.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Returns the regular expression for a commit.
pub(super) fn commit(length: usize) -> String {
    format!("[0-9a-f]{{{length}}}")
}

/// Returns a regular expression for a part of a tag as it stands.
pub(super) fn escaped(text: &str) -> String {
    text.replace('.', r"\.")
}

/// Returns the length of the word in front of a revision.
fn revision(segment: &str) -> Option<usize> {
    let is_number = |rest: &str| {
        rest.starts_with(|letter: char| letter.is_ascii_digit())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let mut words = REVISIONS
        .iter()
        .filter_map(|word| segment.strip_prefix(word));
    let number = words.find(|rest| is_number(rest))?;
    Some(segment.len() - number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_counted_on_and_variants_stay() {
        for (text, suffix, expression) in [
            ("", Some(""), ""),
            ("-alpine3.20", Some("-alpine3.20"), r"-alpine3\.20"),
            ("-lts-jdk21", Some("-lts-jdk21"), "-lts-jdk21"),
            ("-amd64", Some("-amd64"), "-amd64"),
            ("-r10", Some("-r[0-9]+"), r"-r\d+"),
            ("-0", Some("-[0-9]+"), r"-\d+"),
            ("-k3s1", Some("-k3s*"), r"-k3s\d+"),
            ("-k3s1-amd64", Some("-k3s*-amd64"), r"-k3s\d+-amd64"),
            ("-ls259", Some("-ls*"), r"-ls\d+"),
            ("-debian-12-r10", Some("-debian-*-r*"), r"-debian-\d+-r\d+"),
            ("-ubuntu-22.04", Some("-ubuntu-22.04"), r"-ubuntu-22\.04"),
            ("_up1.0.10", Some("_up*"), "_up[0-9.]+"),
            ("-cd55876e7", None, "-[0-9a-f]{9}"),
        ] {
            let ending = Ending::of(text);
            assert_eq!(ending.suffix().as_deref(), suffix, "{text}");
            assert_eq!(ending.expression(), expression, "{text}");
        }
    }
}
