use std::fmt;
use std::str::FromStr;

use regex::bytes::Regex;

use super::glob::{self, Pieces};
use super::numbers::numbers_length;
use super::pattern;
use crate::error::{Code, TextError};

/// The longest suffix, in bytes: one less than the longest tag.
const MAX_LENGTH: usize = 127;
const FORM_HELP: &str = "a suffix is plain text of `A-Z a-z 0-9 _ . -`, or a glob with `*`, `?` and sets such as `[0-9]`";

/// What tags must end with, taken off before the version is read: `-alpine`, or a glob such as
/// `-debian-*-r*`.
///
/// A plain suffix is the end of the tag. A glob is held against what follows the numbers at the
/// beginning of the tag (`v?N(.N)*`): the suffix begins at the leftmost place from which all of the
/// rest matches. So `-debian-*-r*` splits `1.2.3-rc.1-debian-12-r3` into `1.2.3-rc.1` and
/// `-debian-12-r3`. A glob never matches nothing, and so no tag without a suffix. Splitting takes
/// linear time. Two suffixes are equal when they are written alike.
#[derive(Clone, Debug)]
pub struct Suffix {
    text: Box<str>,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    Plain,
    Pieces(Pieces),
    Regex(Regex),
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
        let expression = glob::to_expression(text, 0).map_err(|error| {
            let help = match error.help {
                Some(help) if error.message.contains("set") || error.message.contains("range") => {
                    help
                }
                _ => FORM_HELP.into(),
            };
            bad_suffix(error.message, error.offset, error.length).help(help)
        })?;
        let form = match Pieces::of(text) {
            Some(Pieces::Whole(_)) => Form::Plain,
            Some(pieces) if pieces.matches("") => {
                return Err(
                    bad_suffix("this suffix matches the end of every tag", 0, text.len())
                        .help("begin it with what a suffix begins with: `-*`"),
                );
            }
            Some(pieces) => Form::Pieces(pieces),
            None => {
                let expression = expression.strip_prefix(r"\A").unwrap_or(&expression);
                Form::Regex(
                    pattern::compile(expression, 0, text.len()).map_err(|error| TextError {
                        code: Code::BadSuffix,
                        ..error
                    })?,
                )
            }
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
        !matches!(self.form, Form::Plain)
    }

    /// Tells whether a tag ends with it.
    pub fn ends(&self, tag: &str) -> bool {
        self.split(tag).is_some()
    }

    /// Splits a tag into what stands before the suffix, and the suffix.
    pub(super) fn split<'t>(&self, tag: &'t str) -> Option<(&'t str, &'t str)> {
        let start = match &self.form {
            Form::Plain => tag.strip_suffix(&*self.text)?.len(),
            Form::Pieces(pieces) => {
                let numbers = numbers_length(tag);
                numbers + pieces.tail(&tag[numbers..])?
            }
            Form::Regex(regex) => regex.find_at(tag.as_bytes(), numbers_length(tag))?.start(),
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
            ("-r*", "1.2.3-b-r1-r2", Some(("1.2.3-b", "-r1-r2"))),
            (
                "-debian-*-r*",
                "1.2.3-rc.1-debian-12-r3",
                Some(("1.2.3-rc.1", "-debian-12-r3")),
            ),
            ("-debian-*-r*", "1.2.3-debian-12", None),
            ("*-alpine", "7.4-rc1-alpine", Some(("7.4", "-rc1-alpine"))),
            ("*-alpine", "7.4", None),
            ("-alpine*", "7.4", None),
            ("-alpine*", "7.4-alpine", Some(("7.4", "-alpine"))),
            ("-r[0-9]*", "1.2-rc1", None),
            ("-r[0-9]*", "1.2-rc1-r4", Some(("1.2-rc1", "-r4"))),
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

    proptest! {
        /// Both ways to match a glob split a tag at the leftmost place.
        #[test]
        fn a_glob_splits_where_its_definition_says(glob in "[ab.*-]{1,5}", tag in "[0-9]{0,2}[.ab-]{0,6}") {
            let Ok(suffix) = Suffix::parse(&glob) else { return Ok(()) };
            let whole = pattern::Pattern::parse(&format!("glob:{glob}")).unwrap();
            let numbers = numbers_length(&tag);
            let expected = if suffix.is_glob() {
                (numbers..=tag.len()).find(|start| whole.matches(&tag[*start..]))
            } else {
                tag.strip_suffix(&*glob).map(str::len)
            };
            prop_assert_eq!(suffix.split(&tag).map(|(before, _)| before.len()), expected);
        }
    }
}
