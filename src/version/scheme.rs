use std::fmt;
use std::str::FromStr;

use super::token::{SchemeToken, Unit};
use crate::error::{Code, TextError};

/// The format of calendar versions: `YYYY.0M.0D`, `YY.MM.MICRO-MODIFIER`.
///
/// The tokens are those of <https://calver.org>: `YYYY` (2024), `YY` (24, also 6 and 106), `0Y` (24), `MM` (1
/// or 01), `0M` (01), `WW` and `0W` (weeks, 1 to 53), `DD` and `0D`, `MAJOR`, `MINOR`, `MICRO` (any number),
/// and at the end `MODIFIER` (any text). The separators are `.`, `-` and `_`; between two parts of fixed
/// width none is needed (`YYYY0M0D`). `Display` gives the scheme as written.
///
/// Where calver.org leaves a choice: the short forms also accept a leading zero, because many publishers
/// write `YYYY.MM.DD` for 2024.01.05. A `MICRO` that is the last number can be omitted and counts as 0. A
/// `MODIFIER` can be omitted, together with the separator before it. Any version can have a leading `v`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scheme {
    text: Box<str>,
    pub(super) parts: Vec<SchemePart>,
    pub(super) modifier: Option<Modifier>,
}

/// A number of a scheme and what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SchemePart {
    pub(super) separator: Option<char>,
    pub(super) token: SchemeToken,
}

/// The text at the end of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Modifier {
    pub(super) separator: Option<char>,
}

fn bad_scheme(message: impl Into<String>, offset: usize, length: usize) -> TextError {
    TextError::new(Code::BadScheme, message, offset, length)
}

const TOKENS_HELP: &str =
    "the tokens are YYYY YY 0Y MM 0M WW 0W DD 0D MAJOR MINOR MICRO and MODIFIER";

impl Scheme {
    /// Parses a scheme.
    ///
    /// # Errors
    ///
    /// [`TextError`] with the location for an unknown token, a missing year, a part that appears twice or out
    /// of order, or a missing separator.
    ///
    /// ```
    /// use imagelock::version::Scheme;
    ///
    /// assert_eq!(Scheme::parse("YYYY.0M.0D")?.to_string(), "YYYY.0M.0D");
    /// let error = Scheme::parse("YYYY.0M.0D.YY").unwrap_err();
    /// assert_eq!((error.offset, error.length), (11, 2));
    /// # Ok::<(), imagelock::error::TextError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut scheme = Self {
            text: text.into(),
            parts: Vec::new(),
            modifier: None,
        };
        if text.is_empty() {
            return Err(bad_scheme("the scheme is empty", 0, 0).help("write one such as `YYYY.MM`"));
        }
        let mut position = 0;
        while position < text.len() {
            let separator = text[position..]
                .chars()
                .next()
                .filter(|letter| ".-_".contains(*letter));
            if let Some(separator) = separator.filter(|_| position == 0) {
                let message = format!("nothing stands before this `{separator}`");
                return Err(bad_scheme(message, 0, 1).help("begin with a token such as `YYYY`"));
            }
            let start = position + usize::from(separator.is_some());
            position = scheme.token(start, separator)?;
        }
        scheme.check_units()?;
        Ok(scheme)
    }

    /// Returns the scheme as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if versions may end with a modifier, which makes them prereleases.
    pub fn has_modifier(&self) -> bool {
        self.modifier.is_some()
    }

    /// Returns the number of parts of a version.
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Reads the token at `start`, and returns where it ends.
    fn token(&mut self, start: usize, separator: Option<char>) -> Result<usize, TextError> {
        let rest = &self.text[start..];
        if rest.starts_with("MODIFIER") {
            let end = start + "MODIFIER".len();
            if end < self.text.len() {
                return Err(bad_scheme(
                    "nothing may follow `MODIFIER`",
                    end,
                    self.text.len() - end,
                )
                .help("put `MODIFIER` at the end"));
            }
            self.modifier = Some(Modifier { separator });
            return Ok(end);
        }
        let known = SchemeToken::NAMES
            .iter()
            .find(|(name, _)| rest.starts_with(name));
        let Some((name, token)) = known else {
            return Err(self.stray(start, separator));
        };
        let wrong = |message: String| bad_scheme(message, start, name.len());
        if let Some(before) = self.parts.last() {
            let before = before.token;
            if separator.is_none() && !(before.is_fixed() && token.is_fixed()) {
                let variable = if before.is_fixed() { *token } else { before };
                return Err(
                    wrong(format!("a separator is missing before `{name}`")).help(
                        match padded(variable) {
                            Some(padded) => {
                                format!(
                                    "write `.` between them, or `{padded}`, which has two digits"
                                )
                            }
                            None => "write `.` between them".into(),
                        },
                    ),
                );
            }
        }
        let unit = token.unit();
        for part in &self.parts {
            let other = part.token.unit();
            let clash = matches!(
                (other, unit),
                (Unit::Month, Unit::Week) | (Unit::Week, Unit::Month | Unit::Day)
            );
            if other == unit {
                return Err(wrong(format!("a second {}", unit.as_str()))
                    .help("each part stands once in a scheme"));
            }
            if clash {
                return Err(wrong(format!(
                    "a {} does not go with a {}",
                    unit.as_str(),
                    other.as_str()
                ))
                .help("a date has a month and a day, or a week"));
            }
            let together = (other <= Unit::Day) == (unit <= Unit::Day);
            if together && other > unit {
                return Err(wrong(format!(
                    "the {} comes after the {}",
                    unit.as_str(),
                    other.as_str()
                ))
                .help("versions are compared part by part: the more significant one comes first"));
            }
        }
        self.parts.push(SchemePart {
            separator,
            token: *token,
        });
        Ok(start + name.len())
    }

    fn stray(&self, start: usize, separator: Option<char>) -> TextError {
        let rest = &self.text[start..];
        if let (Some(separator), true) = (separator, rest.is_empty()) {
            let message = format!("nothing stands after this `{separator}`");
            return bad_scheme(message, start - 1, 1).help("end with a token such as `MICRO`");
        }
        let length = rest
            .find(['.', '-', '_'])
            .unwrap_or(rest.len())
            .max(rest.chars().next().map_or(0, char::len_utf8));
        let word = &rest[..length];
        let error = bad_scheme(format!("`{word}` is not a token"), start, length);
        let capitals = word.to_ascii_uppercase();
        let known = |name: &str| {
            name == "MODIFIER" || SchemeToken::NAMES.iter().any(|(token, _)| *token == name)
        };
        if known(&capitals) {
            error.help(format!("write `{capitals}`"))
        } else if start == 0 && (word.starts_with("vY") || word.starts_with("v0")) {
            error.help("leave out the `v`: versions may have one in any scheme")
        } else {
            error.help(TOKENS_HELP)
        }
    }

    /// Checks that there is a year, and no day without its month.
    fn check_units(&self) -> Result<(), TextError> {
        let has = |unit| self.parts.iter().any(|part| part.token.unit() == unit);
        let whole = |message: &str| bad_scheme(message, 0, self.text.len());
        if !has(Unit::Year) {
            return Err(whole("no year stands in the scheme")
                .help("write `YYYY`, `YY` or `0Y`; versions without a date are for `semver`"));
        }
        if has(Unit::Day) && !has(Unit::Month) {
            return Err(whole("a day stands in the scheme, and no month")
                .help("write `MM` or `0M` before it"));
        }
        Ok(())
    }
}

fn padded(token: SchemeToken) -> Option<&'static str> {
    match token {
        SchemeToken::ShortYear => Some("0Y"),
        SchemeToken::ShortMonth => Some("0M"),
        SchemeToken::ShortWeek => Some("0W"),
        SchemeToken::ShortDay => Some("0D"),
        _ => None,
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Scheme {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn schemes_of_calver_org_are_read() {
        for text in [
            "YYYY.MM.DD",
            "YYYY.0M",
            "YY.MM.MICRO",
            "YY.MINOR.MICRO",
            "0Y.0M.0D",
            "YYYY.MINOR.MICRO-MODIFIER",
            "YYYY0M0D",
            "YYYY-0M-0D_MICRO",
            "MAJOR.YYYY0M0D",
            "YYYY.0W.MICRO",
            "YYYY.0M.0DMODIFIER",
            "YYYY",
        ] {
            let scheme = Scheme::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(scheme.to_string(), text);
            assert_eq!(scheme.has_modifier(), text.ends_with("MODIFIER"));
        }
    }

    #[test]
    fn errors_mark_the_culprit_and_say_what_to_write() {
        for (text, mark, help) in [
            ("", "", "`YYYY.MM`"),
            (".YYYY", ".", "begin"),
            ("YYYY.", ".", "end"),
            ("YYYY..MM", "", "tokens"),
            ("YYYY.QQ", "QQ", "tokens"),
            ("yyyy.mm", "yyyy", "`YYYY`"),
            ("YYYY.mm", "mm", "`MM`"),
            ("vYYYY.MM", "vYYYY", "leave out"),
            ("YYYYMMDD", "MM", "`0M`"),
            ("YYYY0MDD", "DD", "`0D`"),
            ("YYYYMICRO", "MICRO", "`.`"),
            ("YYYY.MM.YY", "YY", "once"),
            ("YYYY.MM.WW", "WW", "or a week"),
            ("YYYY.WW.DD", "DD", "or a week"),
            ("MM.YYYY", "YYYY", "first"),
            ("DD.MM.YYYY", "MM", "first"),
            ("YYYY.MICRO.MINOR", "MINOR", "first"),
            ("MAJOR.MINOR.MICRO", "MAJOR.MINOR.MICRO", "`semver`"),
            ("YYYY.DD", "YYYY.DD", "before it"),
            ("YYYY-MODIFIER.MM", ".MM", "at the end"),
            ("YYYY.é", "é", "tokens"),
            ("MODIFIER", "MODIFIER", "`YYYY`"),
        ] {
            let error = Scheme::parse(text).expect_err(text);
            assert_eq!(error.code, Code::BadScheme);
            let marked = &text[error.offset..error.offset + error.length];
            assert_eq!(
                marked.trim_start_matches('.'),
                mark.trim_start_matches('.'),
                "{text}: {error}"
            );
            let advice = error.help.clone().unwrap_or_default();
            assert!(advice.contains(help), "{text}: {error:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_marks_bytes_of_the_text(
            text in prop_oneof!["\\PC{0,12}", "(YYYY|YY|0M|MM|0D|MICRO|MODIFIER|[.-]|é){0,6}"],
        ) {
            match Scheme::parse(&text) {
                Ok(scheme) => prop_assert_eq!(scheme.as_str(), &text),
                Err(error) => {
                    prop_assert!(text.get(error.offset..error.offset + error.length).is_some(), "{:?}", error);
                }
            }
        }
    }
}
