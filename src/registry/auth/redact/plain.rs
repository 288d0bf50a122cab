use std::ops::Range;

/// How often escapes are undone: a URL within JSON within HTML has three kinds around each other.
const MOST_PASSES: usize = 3;
/// The longest entity that is read, as in `&#x10ffff;`.
const LONGEST_ENTITY: usize = 10;

/// A text with its escapes undone, byte by byte.
pub(super) struct Plain {
    pub(super) bytes: Vec<u8>,
    /// The bytes of the text as written that each byte stands for.
    spans: Vec<(usize, usize)>,
}

impl Plain {
    pub(super) fn of(text: &str) -> Self {
        let mut plain = Self {
            bytes: text.bytes().collect(),
            spans: (0..text.len()).map(|at| (at, at + 1)).collect(),
        };
        for _ in 0..MOST_PASSES {
            if !plain.undo() {
                break;
            }
        }
        plain
    }

    /// Returns the bytes as written that some bytes stand for.
    pub(super) fn written(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.spans.get(range.start).map_or(0, |span| span.0);
        let last = range.end.saturating_sub(1);
        let end = self.spans.get(last).map_or(start, |span| span.1);
        start..end
    }

    /// Undoes one layer of escapes; false if there is none.
    fn undo(&mut self) -> bool {
        let may_escape = |byte: &u8| matches!(byte, b'%' | b'&' | b'\\');
        if !self.bytes.iter().any(may_escape) {
            return false;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut spans = Vec::with_capacity(self.bytes.len());
        let mut at = 0;
        while at < self.bytes.len() {
            let (length, meant) = meaning(&self.bytes[at..]);
            let span = (self.spans[at].0, self.spans[at + length - 1].1);
            bytes.extend_from_slice(meant.as_slice());
            spans.resize(bytes.len(), span);
            at += length;
        }
        let is_changed = bytes.len() != self.bytes.len();
        *self = Self { bytes, spans };
        is_changed
    }
}

/// Up to four bytes of UTF-8.
struct Meant {
    bytes: [u8; 4],
    length: usize,
}

impl Meant {
    fn byte(byte: u8) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            length: 1,
        }
    }

    fn character(character: char) -> Self {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        Self { bytes, length }
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Reads the escape, or the one byte, that a text begins with: how long it is, and what it means.
fn meaning(text: &[u8]) -> (usize, Meant) {
    let escape = match text {
        [b'%', high, low, ..] => hex(&[*high, *low]).map(|value| (3, value)).map(of_byte),
        [b'\\', b'x', high, low, ..] => hex(&[*high, *low]).map(|value| (4, value)).map(of_byte),
        [b'\\', b'u', rest @ ..] => unicode(rest),
        [b'\\', sign @ (b'"' | b'\'' | b'/' | b'\\'), ..] => Some((2, Meant::byte(*sign))),
        [b'&', rest @ ..] => entity(rest),
        _ => None,
    };
    escape.unwrap_or_else(|| (1, Meant::byte(text[0])))
}

fn of_byte((length, value): (usize, u32)) -> (usize, Meant) {
    let byte = u8::try_from(value).unwrap_or_default();
    (length, Meant::byte(byte))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value: u32, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        value.checked_mul(16)?.checked_add(digit)
    })
}

/// Reads what follows `\u` in JSON, one unit of UTF-16 or a pair of them.
fn unicode(rest: &[u8]) -> Option<(usize, Meant)> {
    let first = hex(rest.get(..4)?)?;
    if let Some(character) = char::from_u32(first) {
        return Some((6, Meant::character(character)));
    }
    let second = match rest.get(4..10)? {
        [b'\\', b'u', digits @ ..] => hex(digits)?,
        _ => return None,
    };
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((12, Meant::character(character)))
}

/// Reads what follows `&` in HTML and XML.
fn entity(rest: &[u8]) -> Option<(usize, Meant)> {
    let near = &rest[..rest.len().min(LONGEST_ENTITY)];
    let end = near.iter().position(|byte| *byte == b';')?;
    let name = &near[..end];
    let character = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => ' ',
        b"sol" => '/',
        b"plus" => '+',
        b"equals" => '=',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => {
            let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
            char::from_u32(number)?
        }
        _ => return None,
    };
    // The `&`, the name and the `;`.
    Some((end + 2, Meant::character(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_where_they_are() {
        for (text, plain) in [
            ("a%2Fb%2fc%", "a/b/c%"),
            ("%252F", "/"),
            ("&lt;b&gt; &amp;amp; &#39;&#x2F;&nope;&", "<b> & '/&nope;&"),
            (
                r#"\/\u0041\"\ud83d\ude00\ud83d\x2f\q"#,
                "/A\"\u{1f600}\\ud83d/\\q",
            ),
            ("%c3%a9", "é"),
        ] {
            let found = Plain::of(text);
            assert_eq!(String::from_utf8_lossy(&found.bytes), plain, "{text}");
        }
        let plain = Plain::of("x%2Fy&amp;z");
        assert_eq!(plain.written(&(1..2)), 1..4);
        assert_eq!(plain.written(&(2..4)), 4..10);
        assert_eq!(plain.written(&(0..5)), 0..11);
    }
}
