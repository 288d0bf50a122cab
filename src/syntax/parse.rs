use super::error::SyntaxError;
use super::parsed::Parsed;
use super::{Format, json, toml, yaml};

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
