use std::fmt;

use regex::bytes::{CaptureLocations, Regex};
use thiserror::Error;

use super::pattern;
use super::template::Template;
use crate::error::{Code, Fault, TextError};

/// Where the strategy's value stands in a tag: a regular expression, and a template over its groups.
///
/// The expression is searched for anywhere in the tag, in linear time. In the template stand `$n`
/// or `${name}` for a group, `$1` for one by its number, `$0` for the whole match and `$$` for a
/// dollar sign; a group that took no part in the match is empty, and a separator (`.`, `-`, `_`, `+`) that
/// it leaves at the end of the value goes with it: `$1.$2` makes `13.0.1` of `13.0.1` and `13.0.1.01` of
/// `13.0.1-security-01`. The strategy works on the value, and the tag is what is pinned. Two extracts are
/// equal when they are written alike.
#[derive(Clone, Debug)]
pub struct Extract {
    pattern: Box<str>,
    value: Box<str>,
    regex: Regex,
    template: Template,
}

/// The pattern or the value of an `extract` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{error}")]
pub struct ExtractError {
    /// Which of the two texts it is.
    pub part: ExtractPart,
    /// What is wrong, and where in that text.
    pub error: TextError,
}

/// One of the two texts of an `extract`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExtractPart {
    /// The regular expression.
    Pattern,
    /// The template.
    Value,
}

impl ExtractPart {
    /// Returns the part's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Value => "value",
        }
    }
}

impl fmt::Display for ExtractPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Fault for ExtractError {
    fn code(&self) -> Code {
        self.error.code
    }

    fn help(&self) -> Option<String> {
        self.error.help.clone()
    }
}

impl Extract {
    /// Reads a pattern and the template of the value.
    ///
    /// # Errors
    ///
    /// [`ExtractError`] with the part and the place if the expression does not compile or is too
    /// large, or if the template names a group that is not in the expression, or none at all.
    ///
    /// ```
    /// use imagelock::policy::{Extract, ExtractPart};
    ///
    /// let extract = Extract::parse(r"^main-(?P<n>\d+)$", "$n")?;
    /// assert_eq!(extract.value_of("main-42").as_deref(), Some("42"));
    /// assert_eq!(extract.value_of("dev-42"), None);
    /// let error = Extract::parse(r"^main-(\d+)$", "$n").unwrap_err();
    /// assert_eq!((error.part, error.error.offset), (ExtractPart::Value, 0));
    /// # Ok::<(), imagelock::policy::ExtractError>(())
    /// ```
    pub fn parse(pattern: &str, value: &str) -> Result<Self, ExtractError> {
        let in_part = |part| {
            move |error: TextError| ExtractError {
                part,
                error: TextError {
                    code: Code::BadExtract,
                    ..error
                },
            }
        };
        let regex = pattern::compile_expression(pattern, 0)
            .map_err(|error| match pattern {
                "" => TextError {
                    help: Some("write a group around the value, such as `^main-(\\d+)$`".into()),
                    ..error
                },
                _ => error,
            })
            .map_err(in_part(ExtractPart::Pattern))?;
        let template = Template::parse(value, &regex).map_err(in_part(ExtractPart::Value))?;
        Ok(Self {
            pattern: pattern.into(),
            value: value.into(),
            regex,
            template,
        })
    }

    /// Returns the pattern as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Returns the template as it was written.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the value that stands in a tag, or `None` if the pattern does not match.
    pub fn value_of(&self, tag: &str) -> Option<String> {
        let mut value = String::new();
        self.append(tag, &mut self.locations(), &mut value)
            .then_some(value)
    }

    /// Makes the room that [`Self::append`] works in.
    pub(super) fn locations(&self) -> CaptureLocations {
        self.regex.capture_locations()
    }

    /// Appends the value that stands in a tag; false if the pattern does not match.
    pub(super) fn append(
        &self,
        tag: &str,
        locations: &mut CaptureLocations,
        value: &mut String,
    ) -> bool {
        let found = self.regex.captures_read(locations, tag.as_bytes());
        if found.is_some() {
            self.template.expand(value, |group| {
                let (start, end) = locations.get(group)?;
                tag.get(start..end)
            });
        }
        found.is_some()
    }
}

impl PartialEq for Extract {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, &self.value) == (&other.pattern, &other.value)
    }
}

impl Eq for Extract {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(pattern: &str, value: &str, tag: &str) -> Option<String> {
        Extract::parse(pattern, value).unwrap().value_of(tag)
    }

    #[test]
    fn values_are_put_together_from_groups() {
        let date = r"(?P<y>\d{4})-(?P<m>\d\d)(-rc(?P<rc>\d+))?";
        for (pattern, template, tag, expected) in [
            (r"(\d+)", "$1", "main-42", Some("42")),
            (r"^(\d+)", "$1", "main-42", None),
            (date, "$y.$m", "v2024-05", Some("2024.05")),
            (date, "${y}0$m", "2024-05", Some("2024005")),
            (date, "$y.$m-rc$rc", "2024-05", Some("2024.05-rc")),
            (date, "$y.$m-rc$rc", "2024-05-rc3", Some("2024.05-rc3")),
            (r"(a)(b)", "$2$$$1", "ab", Some("b$a")),
            (r"(a)b", "<$0>", "xaby", Some("<ab>")),
            (r"^(\d+)(?:-s(\d+))?$", "$1.$2", "13", Some("13")),
            (r"^(\d+)(?:-s(\d+))?$", "$1.$2", "13-s01", Some("13.01")),
            (r"^(\d+)(?:-s(\d+))?$", "$1.$2.0", "13", Some("13..0")),
            (r"^(\d+)(a(\d+)b(\d+))?$", "$1-$3.$4", "13", Some("13")),
            (r"^(\d+)(a(\d+)b(\d*))?$", "$1-$3.$4", "13a2b", Some("13-2")),
            (r"^(\d+)(a(\d+))?$", "$1-ls.$3", "13", Some("13-ls")),
        ] {
            assert_eq!(value(pattern, template, tag).as_deref(), expected, "{tag}");
        }
    }

    #[test]
    fn errors_name_the_part_and_the_place() {
        use ExtractPart::{Pattern, Value};

        for (pattern, template, part, mark, help) in [
            ("", "$1", Pattern, "", "group"),
            ("(", "$1", Pattern, "(", ""),
            ("(?=a)", "$1", Pattern, "(?=", ""),
            ("(?P<n>a)", "$m", Value, "$m", "`$n`"),
            ("(?P<n>a)", "$nx", Value, "$nx", "`${n}x`"),
            ("(a)", "$1a", Value, "$1a", "`${1}a`"),
            ("(a)", "$2", Value, "$2", "`$1`"),
            ("a", "$1", Value, "$1", "group"),
            ("(a)", "x-${1", Value, "${1", "`}`"),
            ("(a)", "$1-$", Value, "$", "`$$`"),
            ("(a)", "${}", Value, "${}", "`$1`"),
            ("(a)", "", Value, "", "`$1`"),
            ("(a)", "v1", Value, "v1", "`$1`"),
            ("(a)", "$$1", Value, "$$1", "`$1`"),
            ("(a)", "é$é", Value, "$", "`$$`"),
        ] {
            let error = Extract::parse(pattern, template).expect_err(template);
            assert_eq!((error.part, error.code()), (part, Code::BadExtract));
            let text = if part == Pattern { pattern } else { template };
            let ExtractError { error, .. } = error;
            let marked = &text[error.offset..error.offset + error.length];
            assert_eq!(marked, mark, "{template}: {error}");
            let advice = error.help.clone().unwrap_or_default();
            assert!(advice.contains(help), "{template}: {error:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_marks_bytes_of_the_text(
            pattern in prop_oneof![Just("(a)(?P<n>b)".to_owned()), "[a()|?*\\[é]{0,6}"],
            value in "[$a1n{}é]{0,6}",
            tag in "[abé]{0,4}",
        ) {
            match Extract::parse(&pattern, &value) {
                Ok(extract) => {
                    let _ = extract.value_of(&tag);
                }
                Err(ExtractError { part, error }) => {
                    let text = if part == ExtractPart::Pattern { &pattern } else { &value };
                    prop_assert!(text.get(error.offset..error.offset + error.length).is_some(), "{:?}", error);
                }
            }
        }
    }
}
