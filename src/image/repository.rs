use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::parsed_reference::{ParsedReference, check_repository};
use super::reference_error::ReferenceError;

/// A registry host and a path in it: `docker.io/library/nginx`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Repository {
    registry: Box<str>,
    path: Box<str>,
}

impl Repository {
    /// Parses a repository as users write it, with the defaults of Docker Hub filled in.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if the text is not a reference, or has a tag or a digest.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let error = |reason| ReferenceError::new(text, reason);
        let parts = ParsedReference::parse(text).map_err(error)?;
        if parts.tag.is_some() || parts.digest.is_some() {
            return Err(error("a repository has no tag and no digest"));
        }
        Ok(Self {
            registry: parts.registry.into(),
            path: parts.path.into(),
        })
    }

    /// Creates a repository from its two parts, without defaults.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`] if a part does not follow the grammar, the path is longer than 255 bytes, or the
    /// printed repository would be read as another one (`myhost/app` is on Docker Hub).
    pub fn new(registry: &str, path: &str) -> Result<Self, ReferenceError> {
        check_repository(registry, path)
            .map_err(|reason| ReferenceError::new(&format!("{registry}/{path}"), reason))?;
        Ok(Self {
            registry: registry.into(),
            path: path.into(),
        })
    }

    /// Returns the registry's host, with its port if it has one: `docker.io`, `localhost:5000`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Returns the path: `library/nginx`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the short form known from Docker: `nginx`, `grafana/grafana`, `ghcr.io/a/b`.
    pub fn familiar(&self) -> String {
        if &*self.registry != "docker.io" {
            return self.to_string();
        }
        // A first component that looks like a host could not be left without `docker.io/`.
        match self.path.strip_prefix("library/") {
            Some(name) if !name.contains('/') => name.to_string(),
            _ if Self::parse(&self.path).as_ref() == Ok(self) => self.path.to_string(),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.registry, self.path)
    }
}

impl FromStr for Repository {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Repository {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Repository> for String {
    fn from(repository: Repository) -> Self {
        repository.to_string()
    }
}
