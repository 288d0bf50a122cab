use std::ops::Range;
use std::sync::Arc;

use super::cover::{cover, is_secret_itself, is_secret_name, users};

/// Returns a text with what may be secret in it covered, as far as can be told without its syntax.
///
/// The lines around a problem are printed, and often into a public log. A value is covered from its key to the
/// end of the line, and on to the end of what it opens: a text in triple quotes, a bracket, deeper lines.
pub(crate) fn covered(text: &Arc<str>) -> Arc<str> {
    let mut reader = GuessReader::default();
    let mut parts = users(text);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(secret) = reader.read(line) {
            parts.push(start + secret.start..start + secret.end);
        }
        start += line.len();
    }
    if parts.is_empty() {
        return Arc::clone(text);
    }
    cover(text, parts).into()
}

/// What a secret's value goes on to, in the lines after its key.
enum OpenBracket {
    /// A text up to these quotes.
    Quotes(&'static str),
    /// Brackets that are open so many times, in lines that are deeper or not.
    Brackets(usize),
    /// The lines that are deeper than this.
    Deeper(usize),
}

#[derive(Default)]
struct GuessReader {
    open: Option<OpenBracket>,
    /// Whether the table of TOML is named as a secret.
    in_secrets: bool,
    /// How deep the names of images are; none where there are no such names.
    images: Option<Depth>,
}

/// How deep the keys of a table are.
enum Depth {
    /// Deeper than the table's own key, by as much as the first of them is.
    Below(usize),
    At(usize),
}

impl GuessReader {
    /// Returns the part of a line that may be secret.
    fn read(&mut self, line: &str) -> Option<Range<usize>> {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        let whole = depth..line.len();
        if self.goes_on(content, depth) {
            return Some(whole);
        }
        if content.trim_end().is_empty() {
            return None;
        }
        if content.starts_with('[') && depth == 0 {
            let name =
                content.trim_matches(|sign: char| sign.is_whitespace() || "[]".contains(sign));
            self.images = (name == "images").then_some(Depth::At(0));
            self.in_secrets = is_secret_name(last_part(name));
            return None;
        }
        let is_name = self.is_image(content, depth);
        let mut at = 0;
        for word in words(content) {
            let key = &content[word.clone()];
            let is_first = std::mem::replace(&mut at, word.end) == 0;
            let after = content[word.end..].trim_start_matches(['"', '\'', ' ', '\t']);
            let is_key = after.starts_with(['=', ':']);
            let before = content[..word.start].trim_end_matches(['"', '\'', ' ', '\t']);
            let may_be_key = is_key || before.is_empty() || before.ends_with(['{', ',']);
            let is_secret = if is_first && is_name {
                is_secret_itself(key)
            } else {
                is_secret_name(last_part(key))
            };
            let is_value = self.in_secrets && is_key;
            if (may_be_key && is_secret) || is_value {
                let value = depth + content.len() - after.len();
                let value = value + usize::from(is_key);
                self.open = Some(opened(&line[value..], depth));
                let blanks = line[value..].len() - line[value..].trim_start().len();
                return Some(value + blanks..line.len());
            }
        }
        None
    }

    /// Returns `true` if a line belongs to the value of a line before.
    fn goes_on(&mut self, content: &str, depth: usize) -> bool {
        match &mut self.open {
            None => false,
            Some(OpenBracket::Quotes(quotes)) => {
                if content.contains(*quotes) {
                    self.open = None;
                }
                true
            }
            Some(OpenBracket::Brackets(count)) => {
                let opened = content.matches(['[', '{']).count();
                let closed = content.matches([']', '}']).count();
                *count = (*count + opened).saturating_sub(closed);
                if *count == 0 {
                    self.open = None;
                }
                true
            }
            Some(OpenBracket::Deeper(least)) => {
                let goes_on = content.trim_end().is_empty() || depth > *least;
                if !goes_on {
                    self.open = None;
                }
                goes_on
            }
        }
    }

    /// Returns `true` if the first key of a line is an image's name, which may be any word.
    fn is_image(&mut self, content: &str, depth: usize) -> bool {
        match self.images {
            Some(Depth::Below(own)) if depth > own => self.images = Some(Depth::At(depth)),
            Some(Depth::Below(_)) => self.images = None,
            Some(Depth::At(level)) if depth < level => self.images = None,
            _ => {}
        }
        let key = content.trim_start_matches(['"', '\'']);
        let rest = key.strip_prefix("images").unwrap_or_default();
        if self.images.is_none() && rest.trim_start_matches(['"', '\'', ' ']).starts_with(':') {
            self.images = Some(Depth::Below(depth));
        }
        matches!(self.images, Some(Depth::At(level)) if level == depth)
    }
}

/// Returns the words of a line that may be keys.
fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    let is_in_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|byte| is_in_key(*byte))?;
        let length = bytes[start..].iter().position(|byte| !is_in_key(*byte));
        at = length.map_or(bytes.len(), |length| start + length);
        Some(start..at)
    })
}

/// Returns the last of the names of a dotted key.
fn last_part(key: &str) -> &str {
    key.rsplit(['.', '"', '\''])
        .find(|part| !part.is_empty())
        .unwrap_or(key)
}

/// Says what a value opens and does not close.
fn opened(value: &str, depth: usize) -> OpenBracket {
    for quotes in ["\"\"\"", "'''"] {
        if value.matches(quotes).count() == 1 {
            return OpenBracket::Quotes(quotes);
        }
    }
    let opened = value.matches(['[', '{']).count();
    let count = opened.saturating_sub(value.matches([']', '}']).count());
    if count > 0 {
        return OpenBracket::Brackets(count);
    }
    OpenBracket::Deeper(depth)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        covered(&text.into()).to_string()
    }

    #[test]
    fn a_value_is_covered_to_the_end_of_its_line() {
        for (text, expected) in [
            ("password = \"a b\nx = 1\n", "password = ** *\nx = 1\n"),
            ("a = { token = \"t\", b = 1\n", "a = { token = **** * * *\n"),
            ("  my.api_key: t\nb: 1", "  my.api_key: *\nb: 1"),
            (
                "{ \"private-key\": \"k\", \"b\": 1 }",
                "{ \"private-key\": **** **** * *",
            ),
            ("password \"hunter2\"", "password \"********"),
            ("a: {password hunter2", "a: {password *******"),
            ("Authorization: Basic b", "Authorization: ***** *"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn a_value_is_covered_over_several_lines() {
        for (text, expected) in [
            (
                "k:\n  private_key: |\n    BEGIN\n\n    END\n  b: 1\n",
                "k:\n  private_key: *\n    *****\n\n    ***\n  b: 1\n",
            ),
            (
                "token = \"\"\"\na\nb\"\"\"\nb = 1\n",
                "token = ***\n*\n****\nb = 1\n",
            ),
            (
                "header = { a = [\n\"b\"\n]\n}\nb = 1\n",
                "header = * * * *\n***\n*\n*\nb = 1\n",
            ),
            ("password:\n  hunter2\nb: 1", "password:\n  *******\nb: 1"),
            (
                "[registries.\"r.io\".auth]\nuser = \"me\"\n[a]\nb = 1",
                "[registries.\"r.io\".auth]\nuser = ****\n[a]\nb = 1",
            ),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn names_of_images_are_no_secrets() {
        for text in [
            "[images]\noauth2-proxy = \"^7\nsecret-store = { image = \"a\n",
            "images:\n  oauth2-proxy: ^7\n  auth:\n    image: a\n",
            "{\n \"images\": {\n  \"token-server\": \"^1\n",
            "token-realms = [\"r.io\"]\nimage = \"nginx@sha256:00\"\n",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(
            shown("images:\n  a:\n    password: b\n    tag: c\n  password: d\n"),
            "images:\n  a:\n    password: *\n    tag: c\n  password: *\n"
        );
    }

    proptest! {
        #[test]
        fn bytes_stay_where_they_are(text in any::<String>(), near in "[\\[\\]{}a\"'=:@\n token-]{0,60}") {
            for text in [text, near] {
                let shown = shown(&text);
                prop_assert_eq!(shown.len(), text.len());
                prop_assert_eq!(shown.lines().count(), text.lines().count());
            }
        }
    }
}
