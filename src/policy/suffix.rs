use std::fmt;
use std::str::FromStr;

use super::glob::{self, GlobDialect, GlobToken};
use super::numbers::numbers_length;
use super::suffix_glob::SuffixGlob;
use crate::error::{Code, TextError};

/// The longest suffix, in bytes: one less than the longest tag.
const MAX_LENGTH: usize = 127;
const FORM_HELP: &str = "a suffix is plain text of `A-Z a-z 0-9 _ . -`, or a glob with `*`, `**`, `?` and sets such as `[0-9]+`";

/// What tags must end with, taken off before the version is read: `-alpine`, or a glob such as
/// `-debian-*-r*`.
///
/// A plain suffix is the end of the tag. In a glob, `*` stands for characters other than `-` and `_`, so
/// that `-k3s*` fits `-k3s1` and not `-k3s1-s390x`; `**` stands for any characters, `?` for one, `[0-9]` and
/// `[!a]` are sets, and `[0-9]+` is one character of a set or more. A glob is held against what follows the
/// numbers at the beginning of the tag (`v?N(.N)*`): the suffix begins at the leftmost place from which all
/// of the rest matches, and one that begins with a star begins at a separator. So `-debian-*-r*` splits
/// `1.2.3-rc.1-debian-12-r3` into `1.2.3-rc.1` and `-debian-12-r3`. A glob never matches nothing, and so no
/// tag without a suffix. Splitting takes linear time. Two suffixes are equal when they are written alike.
#[derive(Clone, Debug)]
pub struct Suffix {
    text: Box<str>,
    form: SuffixKind,
}

#[derive(Clone, Debug)]
enum SuffixKind {
    Plain,
    Glob(SuffixGlob),
}

fn bad_suffix(message: impl Into<String>, offset: usize, length: usize) -> TextError {
    TextError::new(Code::BadSuffix, message, offset, length)
}

impl Suffix {
    /// Reads a suffix.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the place if the text is empty, longer than a tag, has a character that
    /// no tag has, or is a glob that matches nothing as well.
    ///
    /// ```
    /// use imagelock::policy::Suffix;
    ///
    /// assert!(Suffix::parse("-alpine")?.ends("7.4-alpine"));
    /// assert!(Suffix::parse("-r*")?.ends("7.4-r12") && !Suffix::parse("-r*")?.ends("7.4"));
    /// assert_eq!(Suffix::parse("-alp ine").unwrap_err().offset, 4);
    /// # Ok::<(), imagelock::error::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(bad_suffix("the suffix is empty", 0, 0)
                .help("leave it out, or write what tags must end with, such as `-alpine`"));
        }
        if text.len() > MAX_LENGTH {
            return Err(bad_suffix("the suffix is longer than a tag", 0, text.len())
                .help("write what tags must end with, such as `-alpine`"));
        }
        let colon = text.find(':').map(|place| (place, ':'));
        if let Some((place, letter)) = colon {
            let message = format!("no tag has the character `{letter}`");
            return Err(bad_suffix(message, place, 1).help(FORM_HELP));
        }
        let tokens = glob::parse(text, 0, GlobDialect::Suffix).map_err(|error| {
            let help = match error.help {
                Some(help) if error.message.contains("set") || error.message.contains("range") => {
                    help
                }
                _ => FORM_HELP.into(),
            };
            bad_suffix(error.message, error.offset, error.length).help(help)
        })?;
        let is_plain = tokens
            .iter()
            .all(|token| matches!(token, GlobToken::Literal(_)));
        let form = if is_plain {
            SuffixKind::Plain
        } else {
            let glob = SuffixGlob::new(&tokens)
                .ok_or_else(|| bad_suffix("the suffix is longer than a tag", 0, text.len()))?;
            if glob.matches_nothing() {
                return Err(
                    bad_suffix("this suffix matches the end of every tag", 0, text.len())
                        .help("begin it with what a suffix begins with: `-*`"),
                );
            }
            SuffixKind::Glob(glob)
        };
        Ok(Self {
            text: text.into(),
            form,
        })
    }

    /// Returns the suffix as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells whether it is a glob.
    pub fn is_glob(&self) -> bool {
        !matches!(self.form, SuffixKind::Plain)
    }

    /// Returns the suffix with `**` for each `*`; `None` if it has none.
    pub(super) fn widened(&self) -> Option<Self> {
        let parts: Vec<&str> = self.text.split('*').collect();
        let wide = parts.join("**");
        let is_other = wide != *self.text && !self.text.contains("**");
        is_other.then(|| Self::parse(&wide).ok()).flatten()
    }

    /// Tells whether a tag ends with it.
    pub fn ends(&self, tag: &str) -> bool {
        self.split(tag).is_some()
    }

    /// Splits a tag into what stands before the suffix, and the suffix.
    pub(super) fn split<'t>(&self, tag: &'t str) -> Option<(&'t str, &'t str)> {
        let start = match &self.form {
            SuffixKind::Plain => tag.strip_suffix(&*self.text)?.len(),
            SuffixKind::Glob(glob) => glob.start(tag, numbers_length(tag))?,
        };
        tag.split_at_checked(start)
    }
}

impl PartialEq for Suffix {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Suffix {}

impl fmt::Display for Suffix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Suffix {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split<'t>(suffix: &str, tag: &'t str) -> Option<(&'t str, &'t str)> {
        Suffix::parse(suffix).unwrap().split(tag)
    }

    #[test]
    fn the_suffix_is_the_leftmost_rest_that_matches() {
        for (suffix, tag, expected) in [
            ("-alpine", "7.4-alpine", Some(("7.4", "-alpine"))),
            ("-alpine", "7.4", None),
            ("-alpine", "7.4-alpine3", None),
            ("-r*", "1.2.3-r10", Some(("1.2.3", "-r10"))),
            ("-r*", "1.2.3", None),
            ("-r*", "1.2.3-b-r1-r2", Some(("1.2.3-b-r1", "-r2"))),
            ("-r**", "1.2.3-b-r1-r2", Some(("1.2.3-b", "-r1-r2"))),
            ("-k3s*", "v1.30.1-k3s1", Some(("v1.30.1", "-k3s1"))),
            ("-k3s*", "v1.30.1-k3s1-s390x", None),
            (
                "-k3s**",
                "v1.30.1-k3s1-s390x",
                Some(("v1.30.1", "-k3s1-s390x")),
            ),
            (
                "-alpine3.*",
                "8.0.6-alpine3.20",
                Some(("8.0.6", "-alpine3.20")),
            ),
            ("-alpine3.*", "3.14.7-alpine3.24-sfw-ent-dev", None),
            ("_up*", "109.0.1_up1.0.10", Some(("109.0.1", "_up1.0.10"))),
            (
                "-debian-*-r*",
                "1.2.3-rc.1-debian-12-r3",
                Some(("1.2.3-rc.1", "-debian-12-r3")),
            ),
            ("-debian-*-r*", "1.2.3-debian-12", None),
            ("*-alpine", "7.4-rc1-alpine", Some(("7.4-rc1", "-alpine"))),
            ("**-alpine", "7.4-rc1-alpine", Some(("7.4", "-rc1-alpine"))),
            ("*-alpine", "7.4", None),
            ("-alpine*", "7.4", None),
            ("-alpine*", "7.4-alpine", Some(("7.4", "-alpine"))),
            ("-r[0-9]*", "1.2-rc1", None),
            ("-r[0-9]*", "1.2-rc1-r4", Some(("1.2-rc1", "-r4"))),
            ("-r[0-9]*", "1.2-r10-dev", None),
            ("-r[0-9]+", "1.2-r10", Some(("1.2", "-r10"))),
            ("-r[0-9]+", "1.2-r", None),
            ("-r[0-9]+", "1.2-r10x", None),
            ("[!0-9]+", "1.2abc", Some(("1.2", "abc"))),
            ("-r?", "1.2-r4", Some(("1.2", "-r4"))),
            ("?", "1.2", None),
            ("[0-9]", "1.2", None),
            (".r*", "1.2.r4", Some(("1.2", ".r4"))),
            ("_?*", "v1_2", Some(("v1", "_2"))),
            ("-r*", "main-r3", Some(("main", "-r3"))),
        ] {
            assert_eq!(split(suffix, tag), expected, "{suffix} of {tag}");
        }
    }

    #[test]
    fn errors_mark_the_culprit_and_say_what_to_write() {
        let long = "a".repeat(128);
        for (text, mark, help) in [
            ("", "", "leave it out"),
            (long.as_str(), long.as_str(), "such as"),
            ("-a b", " ", "plain text"),
            ("regexp:-a$", ":", "glob"),
            ("-a$", "$", "glob"),
            ("-é", "é", "glob"),
            ("-[1", "[1", "`]`"),
            ("-[9-0]", "9-0", "`0-9`"),
            ("-r+", "+", "glob"),
            ("*", "*", "`-*`"),
            ("**", "**", "`-*`"),
        ] {
            let error = Suffix::parse(text).expect_err(text);
            assert_eq!(error.code, Code::BadSuffix);
            let marked = &text[error.offset..error.offset + error.length];
            assert_eq!(marked, mark, "{text}: {error}");
            let advice = error.help.clone().unwrap_or_default();
            assert!(advice.contains(help), "{text}: {error:?}");
        }
    }

    /// The plain definition of a suffix, against which the one pass backwards is held.
    fn matches(glob: &[u8], text: &[u8]) -> bool {
        let any_number = |rest: &[u8], allowed: fn(&u8) -> bool| {
            let most = text.iter().take_while(|byte| allowed(byte)).count();
            (0..=most).any(|taken| matches(rest, &text[taken..]))
        };
        let one = |rest: &[u8], allowed: &dyn Fn(u8) -> bool| {
            let first = text.first();
            first.is_some_and(|first| allowed(*first)) && matches(rest, &text[1..])
        };
        match glob {
            [] => text.is_empty(),
            [b'*', b'*', rest @ ..] => {
                let stars = rest.iter().take_while(|byte| **byte == b'*').count();
                any_number(&rest[stars..], |_| true)
            }
            [b'*', rest @ ..] => any_number(rest, |byte| !matches!(byte, b'-' | b'_')),
            [b'?', rest @ ..] => one(rest, &|_| true),
            [b'[', b'a', b']', b'+', rest @ ..] => {
                one(rest, &|byte| byte == b'a') || one(glob, &|byte| byte == b'a')
            }
            [byte, rest @ ..] => one(rest, &|found| found == *byte),
        }
    }

    proptest! {
        #[test]
        fn a_glob_splits_where_its_definition_says(
            glob in "([ab.*?_-]|\\[a\\]\\+){1,6}",
            tag in "[0-9]{0,2}[.ab_-]{0,8}",
        ) {
            let Ok(suffix) = Suffix::parse(&glob) else { return Ok(()) };
            let numbers = numbers_length(&tag);
            let may_begin = |start: usize| {
                !glob.starts_with('*') || start == numbers || tag[start..].starts_with(['-', '_', '.'])
            };
            let expected = if suffix.is_glob() {
                (numbers..tag.len())
                    .find(|start| may_begin(*start) && matches(glob.as_bytes(), &tag.as_bytes()[*start..]))
            } else {
                tag.strip_suffix(&*glob).map(str::len)
            };
            prop_assert_eq!(suffix.split(&tag).map(|(before, _)| before.len()), expected);
        }
    }
}
