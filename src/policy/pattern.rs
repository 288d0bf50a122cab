use std::fmt;
use std::str::FromStr;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use super::glob::{self, GlobDialect, Pieces};
use super::pattern_error::bad_pattern;
use crate::error::TextError;

/// The most memory that one compiled pattern may take, in bytes.
pub(super) const SIZE_LIMIT_BYTES: usize = 1 << 20;

/// A pattern for tags: `regexp:RE` (unanchored), `glob:G` or a bare glob (the whole tag), or `any`.
///
/// Matching takes linear time. In globs, `*` is any text, `?` any character, `[a-z]` and `[!a]` are
/// sets. Two patterns are equal when they are written alike.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Box<str>,
    matcher: Matcher,
}

#[derive(Clone, Debug)]
enum Matcher {
    Any,
    Pieces(Pieces),
    Regex(Regex),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the place if the text is empty, starts with an unknown kind, does not
    /// compile, compiles to more than a mebibyte, or is a glob that no tag can match.
    ///
    /// ```
    /// use imagelock::policy::Pattern;
    ///
    /// assert!(Pattern::parse("*-alpine")?.matches("7.4-alpine"));
    /// assert!(!Pattern::parse("7")?.matches("7.4"));
    /// assert!(Pattern::parse("regexp:^v?7")?.matches("v7.4"));
    /// # Ok::<(), imagelock::error::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let matcher = if text == "any" {
            Matcher::Any
        } else if let Some(expression) = text.strip_prefix("regexp:") {
            Matcher::Regex(compile_expression(
                expression,
                text.len() - expression.len(),
            )?)
        } else {
            let glob = text.strip_prefix("glob:").unwrap_or(text);
            let tokens = glob::parse(glob, text.len() - glob.len(), GlobDialect::Pattern)?;
            match Pieces::of(glob) {
                Some(pieces) => Matcher::Pieces(pieces),
                None => Matcher::Regex(compile(&glob::to_expression(&tokens), 0, text.len())?),
            }
        };
        Ok(Self {
            text: text.into(),
            matcher,
        })
    }

    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells whether the pattern matches a tag.
    pub fn matches(&self, tag: &str) -> bool {
        match &self.matcher {
            Matcher::Any => true,
            Matcher::Pieces(pieces) => pieces.matches(tag),
            Matcher::Regex(regex) => regex.is_match(tag.as_bytes()),
        }
    }

    /// Returns the regular expression, if it needs one.
    pub(super) fn expression(&self) -> Option<&str> {
        match &self.matcher {
            Matcher::Regex(regex) => Some(regex.as_str()),
            Matcher::Any | Matcher::Pieces(_) => None,
        }
    }
}

pub(super) fn compile_expression(expression: &str, offset: usize) -> Result<Regex, TextError> {
    if expression.is_empty() {
        return Err(
            bad_pattern("the pattern is empty", offset, 0).help("write `any` to match every tag")
        );
    }
    // The parser is asked by itself first, because only it tells the place of an error.
    let parsed = ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(expression);
    if let Err(error) = parsed {
        let (message, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
            _ => {
                return Err(bad_pattern(
                    "not a regular expression",
                    offset,
                    expression.len(),
                ));
            }
        };
        let (start, end) = (span.start.offset, span.end.offset);
        return Err(bad_pattern(
            format!("not a regular expression: {message}"),
            offset + start,
            end - start,
        ));
    }
    compile(expression, offset, expression.len())
}

/// Compiles with ASCII classes, as tags are ASCII: small, fast, and as RE2 reads them.
fn compile(expression: &str, offset: usize, length: usize) -> Result<Regex, TextError> {
    let built = RegexBuilder::new(expression)
        .unicode(false)
        .size_limit(SIZE_LIMIT_BYTES)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => bad_pattern("the pattern is too large", offset, length)
            .help("use smaller repetition counts"),
        _ => bad_pattern("not a regular expression", offset, length),
    })
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Pattern {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matched<'t>(pattern: &str, tags: &[&'t str]) -> Vec<&'t str> {
        let pattern = Pattern::parse(pattern).unwrap();
        tags.iter()
            .copied()
            .filter(|tag| pattern.matches(tag))
            .collect()
    }

    #[test]
    fn kinds_of_patterns() {
        let tags = ["v1.0", "av1", "v10", "any", "1.1-rc1", "nightly", "1x1"];
        assert_eq!(matched("any", &tags), tags);
        assert_eq!(matched("glob:any", &tags), ["any"]);
        assert_eq!(matched("regexp:^v1", &tags), ["v1.0", "v10"]);
        assert_eq!(matched("regexp:v1", &tags), ["v1.0", "av1", "v10"]);
        assert_eq!(matched("*-rc*", &tags), ["1.1-rc1"]);
        assert_eq!(matched("v1", &tags), [""; 0]);
        assert_eq!(matched("v??", &tags), ["v10"]);
        assert_eq!(matched("1.1*", &tags), ["1.1-rc1"]);
        assert_eq!(
            matched("[a-nv]*", &tags),
            ["v1.0", "av1", "v10", "any", "nightly"]
        );
        assert_eq!(matched("[!a-n]*0", &tags), ["v1.0", "v10"]);
        assert_eq!(matched("**", &tags), tags);
        assert_eq!(
            matched(r"regexp:^\w+$", &tags),
            ["av1", "v10", "any", "nightly", "1x1"]
        );
    }

    #[test]
    fn sets_take_their_characters_as_they_are() {
        assert_eq!(matched("a[.]b", &["a.b", "axb"]), ["a.b"]);
        assert_eq!(
            matched("a[0-9_-]b", &["a-b", "a5b", "a_b", "a.b"]),
            ["a-b", "a5b", "a_b"]
        );
        assert_eq!(matched("a[-.]b", &["a-b", "a.b", "axb"]), ["a-b", "a.b"]);
    }

    #[test]
    fn errors_mark_the_culprit_and_say_what_to_write() {
        for (text, mark, help) in [
            ("", "", "`any`"),
            ("glob:", "", "`any`"),
            ("regexp:", "", "`any`"),
            ("foo:bar", "foo:", "`regexp:`"),
            ("regex:^v1", "regex:", "`regexp:`"),
            ("^v1", "^", "`regexp:`"),
            ("glob:v1$", "$", "`regexp:`"),
            ("*-rc*,nightly", ",", "list"),
            ("{a,b}", "{", "list"),
            ("a b", " ", ""),
            ("é*", "é", ""),
            ("v[1", "[1", "]"),
            ("v[]", "[]", ""),
            ("v[^1]", "^", "`!`"),
            ("v[9-0]", "9-0", "`0-9`"),
            ("v[/]", "/", ""),
            ("regexp:[", "[", ""),
            ("regexp:a(b", "(", ""),
            (r"regexp:\p{Foo}", r"\p{Foo}", ""),
            ("regexp:(?=a)", "(?=", ""),
            ("regexp:a{1000}{1000}", "a{1000}{1000}", "smaller"),
        ] {
            let error = Pattern::parse(text).unwrap_err();
            assert_eq!(
                &text[error.offset..error.offset + error.length],
                mark,
                "{text}: {error}"
            );
            assert!(
                error.help.as_deref().unwrap_or_default().contains(help),
                "{text}: {error:?}"
            );
        }
    }

    /// The plain definition of a glob without sets, against which the translation is held.
    fn glob_matches(glob: &[u8], tag: &[u8]) -> bool {
        match glob.split_first() {
            None => tag.is_empty(),
            Some((b'*', rest)) => (0..=tag.len()).any(|taken| glob_matches(rest, &tag[taken..])),
            Some((byte, rest)) => tag.split_first().is_some_and(|(first, tail)| {
                (*byte == b'?' || byte == first) && glob_matches(rest, tail)
            }),
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_marks_bytes_of_the_text(
            text in prop_oneof!["\\PC{0,16}", "(regexp:|glob:)?[a-c*?\\[\\]!^.(){}|0-9é-]{0,12}"],
        ) {
            if let Err(error) = Pattern::parse(&text) {
                prop_assert!(text.get(error.offset..error.offset + error.length).is_some(), "{:?}", error);
            }
        }

        #[test]
        fn globs_mean_what_their_definition_says(glob in prop_oneof!["[ab.*?]{1,6}", "[ab*]{1,7}"], tag in "[ab.-]{0,6}") {
            let expected = glob_matches(glob.as_bytes(), tag.as_bytes());
            prop_assert_eq!(Pattern::parse(&glob).unwrap().matches(&tag), expected);
        }
    }
}
