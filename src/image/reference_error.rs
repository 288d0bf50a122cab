use std::borrow::Cow;

use thiserror::Error;

use super::parsed_reference::ParsedReference;
use crate::error::{Code, Fault};

/// The text is not an image reference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not an image reference: {reason}")]
pub struct ReferenceError {
    /// The rejected text, cut to 300 characters.
    pub text: String,
    /// The reason.
    pub reason: &'static str,
    help: Option<String>,
}

impl ReferenceError {
    pub(super) fn new(text: &str, reason: &'static str) -> Self {
        let text = without_credentials(text);
        Self {
            help: suggestion(&text),
            text: text.chars().take(300).collect(),
            reason,
        }
    }
}

impl Fault for ReferenceError {
    fn code(&self) -> Code {
        Code::BadReference
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }
}

/// Blots out `user:password@`, which belongs in no reference and is shown to nobody.
fn without_credentials(text: &str) -> Cow<'_, str> {
    match text.rsplit_once('@') {
        Some((before, after)) if before.contains(':') && !after.starts_with("sha") => {
            let scheme = before.find("://").map_or("", |end| &before[..end + 3]);
            Cow::Owned(format!("{scheme}***@{after}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Returns what the writer probably meant, for the mistakes that are common.
fn suggestion(text: &str) -> Option<String> {
    for scheme in ["https://", "http://", "docker://", "oci://"] {
        if let Some(rest) = text.strip_prefix(scheme) {
            return Some(format!("leave out `{scheme}`: write `{rest}`"));
        }
    }
    let trimmed = text.trim();
    if trimmed != text && ParsedReference::parse(trimmed).is_ok() {
        return Some(format!("leave out the blanks: write `{trimmed}`"));
    }
    let lower = text.to_lowercase();
    if lower != text && ParsedReference::parse(&lower).is_ok() {
        return Some(format!("repositories are lower-case: write `{lower}`"));
    }
    None
}
