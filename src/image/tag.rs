use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::grammar;
use crate::error::{Code, Fault};

/// A tag: up to 128 characters of `[A-Za-z0-9_.-]`, not starting with `.` or `-` (OCI distribution spec 1.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(Box<str>);

/// The text is not a tag.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a tag")]
pub struct TagError {
    /// The rejected text, cut to 140 characters.
    pub text: String,
}

impl Fault for TagError {
    fn code(&self) -> Code {
        Code::BadTag
    }

    fn help(&self) -> Option<String> {
        Some(
            "a tag has 1 to 128 of `A-Z a-z 0-9 _ . -` and starts with a letter, a digit or `_`"
                .into(),
        )
    }
}

impl Tag {
    /// Parses a tag.
    ///
    /// # Errors
    ///
    /// [`TagError`] if the text does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        if grammar::is_tag(text) {
            Ok(Self(text.into()))
        } else {
            Err(TagError {
                text: text.chars().take(140).collect(),
            })
        }
    }

    /// Returns the default tag of a reference: `latest`.
    pub fn latest() -> Self {
        Self("latest".into())
    }

    /// Returns the tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Tag {
    type Error = TagError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0.into()
    }
}

impl std::borrow::Borrow<str> for Tag {
    fn borrow(&self) -> &str {
        &self.0
    }
}
