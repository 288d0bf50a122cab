use std::ops::Range;

use super::duplicates::DuplicateKey;
use super::tree::Node;
use super::{Format, json, toml, yaml};

/// A text that has been read, not yet looked at.
#[derive(Debug)]
pub struct Parsed {
    /// The whole value.
    pub root: Node,
    /// Keys that stand twice: wrong, but no hindrance to check the rest.
    pub duplicates: Vec<DuplicateKey>,
}

/// A text is not of its format.
#[derive(Debug)]
pub struct SyntaxError {
    /// What is wrong, in one lower-case fragment.
    pub message: String,
    /// The bytes that are at fault.
    pub span: Range<usize>,
    /// What to write instead, if that is known.
    pub help: Option<String>,
}

/// Reads a text that holds one value and nothing that readers disagree on, as a config does.
///
/// # Errors
///
/// [`SyntaxError`] if the text is not of its format.
pub fn parse(text: &str, format: Format) -> Result<Parsed, SyntaxError> {
    match format {
        Format::Toml => toml::parse(text),
        Format::Yaml => yaml::parse(text),
        Format::Json => json::parse(text),
    }
}
