use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Digest, Repository, Tag};
use crate::error::{Code, Fault};

/// `[registry/]repository[:tag][@digest]`, by the `distribution/reference` grammar.
///
/// Docker Hub's defaults are filled in as in `ParseNormalizedNamed`: no host means `docker.io`, and a single
/// component there means `library/`. No tag is added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    repository: Repository,
    tag: Option<Tag>,
    digest: Option<Digest>,
}

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
    if trimmed != text && Reference::parse(trimmed).is_ok() {
        return Some(format!("leave out the blanks: write `{trimmed}`"));
    }
    let lower = text.to_lowercase();
    if lower != text && Reference::parse(&lower).is_ok() {
        return Some(format!("repositories are lower-case: write `{lower}`"));
    }
    None
}

impl Reference {
    /// Parses a reference.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if the text does not follow the grammar, the path is longer than 255 characters, or
    /// the whole text is 64 hexadecimal digits (which Docker reads as an image ID).
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let error = |reason| ReferenceError::new(text, reason);
        if text.len() == 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return Err(error("64 hex digits are an image's id, not its name"));
        }
        let (registry, rest) = split_registry(text);
        let (name_and_tag, digest) = match rest.split_once('@') {
            Some((left, right)) => (left, Some(right)),
            None => (rest, None),
        };
        let (path, tag) = match name_and_tag.split_once(':') {
            Some((left, right)) => (left, Some(right)),
            None => (name_and_tag, None),
        };
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(error("the repository must be lower-case"));
        }
        let full_path = match registry {
            "docker.io" if !path.contains('/') => format!("library/{path}"),
            _ => path.to_string(),
        };
        let repository =
            Repository::new(registry, &full_path).map_err(|refused| error(refused.reason))?;
        let tag = tag
            .map(Tag::parse)
            .transpose()
            .map_err(|_| error("the tag does not follow the grammar"))?;
        let digest = digest
            .map(Digest::parse)
            .transpose()
            .map_err(|refused| error(refused.reason))?;
        Ok(Self {
            repository,
            tag,
            digest,
        })
    }

    /// Creates a reference from its parts.
    pub fn new(repository: Repository, tag: Option<Tag>, digest: Option<Digest>) -> Self {
        Self {
            repository,
            tag,
            digest,
        }
    }

    /// Returns the repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the tag, if the reference has one.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// Returns the digest, if the reference has one.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }
}

/// Splits off the registry as `distribution/reference` does, with `docker.io` where none is named.
pub(super) fn split_registry(text: &str) -> (&str, &str) {
    let Some((first, rest)) = text.split_once('/') else {
        return ("docker.io", text);
    };
    if first == "index.docker.io" {
        return ("docker.io", rest);
    }
    let is_host = first == "localhost"
        || first.contains(['.', ':'])
        || first.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_host {
        (first, rest)
    } else {
        ("docker.io", text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.repository.fmt(formatter)?;
        if let Some(tag) = &self.tag {
            write!(formatter, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(formatter, "@{digest}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_probably_meant() {
        for (text, help) in [
            ("https://ghcr.io/org/app", "write `ghcr.io/org/app`"),
            (" ubuntu", "write `ubuntu`"),
            ("ghcr.io/Org/app", "write `ghcr.io/org/app`"),
        ] {
            let error = Reference::parse(text).unwrap_err();
            assert!(
                error.help().is_some_and(|found| found.contains(help)),
                "{text}"
            );
        }
    }

    #[test]
    fn credentials_are_not_repeated() {
        for text in [
            "http://u:secret@ghcr.io/x",
            "u:secret@ghcr.io/x",
            "ghcr.io/x:1@secret@b",
        ] {
            let error = Reference::parse(text).unwrap_err();
            let shown = format!("{error} {:?}", error.help());
            assert!(!shown.contains("u:secret"), "{shown}");
        }
        let error = Reference::parse("App@sha256:abc").unwrap_err();
        assert!(error.to_string().contains("App@sha256:abc"), "{error}");
    }

    #[test]
    fn familiar_names_lose_what_docker_fills_in() {
        for (text, familiar) in [
            ("docker.io/library/nginx", "nginx"),
            ("docker.io/grafana/grafana", "grafana/grafana"),
            ("ghcr.io/a/b", "ghcr.io/a/b"),
            ("docker.io/a.b/c", "docker.io/a.b/c"),
        ] {
            assert_eq!(Repository::parse(text).unwrap().familiar(), familiar);
        }
    }
}
