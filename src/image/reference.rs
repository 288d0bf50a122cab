use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::parsed_reference::ParsedReference;
use super::{Digest, ReferenceError, Repository, Tag};

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

impl Reference {
    /// Parses a reference.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if the text does not follow the grammar, the path is longer than 255 characters, or
    /// the whole text is 64 hexadecimal digits (which Docker reads as an image ID).
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let error = |reason| ReferenceError::new(text, reason);
        let parts = ParsedReference::parse(text).map_err(error)?;
        let repository = Repository::new(parts.registry, &parts.path)
            .map_err(|refused| error(refused.reason))?;
        Ok(Self {
            repository,
            tag: parts.tag,
            digest: parts.digest,
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
    use crate::error::Fault as _;

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
