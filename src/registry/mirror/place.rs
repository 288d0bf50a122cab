use std::fmt;

use thiserror::Error;
use url::Url;

use crate::image::Repository;
use crate::registry::transport::endpoint::host_of;

/// A mirror of a registry's content.
///
/// ```
/// use imagelock::registry::Mirror;
///
/// let mirror = Mirror::at("mirror.example.com/ghcr")?.resolve(true);
/// assert_eq!(mirror.to_string(), "mirror.example.com/ghcr");
/// # Ok::<(), imagelock::registry::MirrorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    place: MirrorPlace,
    /// Whether it is trusted for tags.
    pub(super) resolves: bool,
    /// Whether content by digest is requested from it.
    pub(super) has_content: bool,
    /// Whether it is told which registry it stands for.
    pub(super) is_told_registry: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MirrorPlace {
    /// A host, and a path that stands before that of repositories.
    Location { host: String, path: String },
    /// The root of the API, below which repositories are.
    Api(Url),
}

/// The text is not a mirror's location.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{location}` is not the location of a mirror")]
pub struct MirrorError {
    /// The text.
    pub location: String,
}

impl Mirror {
    /// Creates a mirror from its location, which replaces a registry's host in a reference: a host with its
    /// port, and optionally a path.
    ///
    /// It serves content by digest, and is not trusted for tags.
    ///
    /// # Errors
    ///
    /// [`MirrorError`] if the text is not a valid prefix of a reference.
    pub fn at(location: &str) -> Result<Self, MirrorError> {
        let (host, path) = location.split_once('/').unwrap_or((location, ""));
        let path = path.trim_end_matches('/');
        // On Docker Hub a path of one part is a namespace, which no repository is.
        let example = below(path, "a/a");
        if Repository::new(host, &example).is_err() {
            let location = location.into();
            return Err(MirrorError { location });
        }
        let (host, path) = (host.into(), path.into());
        Ok(Self::new(MirrorPlace::Location { host, path }))
    }

    /// Creates a mirror from the URL of its API, `https://mirror.example.com/v2/` or any other; repositories
    /// are below it.
    pub fn api(mut url: Url) -> Self {
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Self::new(MirrorPlace::Api(url))
    }

    fn new(place: MirrorPlace) -> Self {
        Self {
            place,
            resolves: false,
            has_content: true,
            is_told_registry: false,
        }
    }

    /// Sets whether the mirror is trusted for tags and their digests.
    #[must_use]
    pub fn resolve(mut self, resolves: bool) -> Self {
        self.resolves = resolves;
        self
    }

    /// Sets whether content by digest is requested from the mirror.
    #[must_use]
    pub fn content(mut self, has_content: bool) -> Self {
        self.has_content = has_content;
        self
    }

    /// Sets whether the mirror receives the name of the registry, as `ns` in the query: one mirror can serve
    /// several registries, and containerd tells it which one (`docs/hosts.md`).
    #[must_use]
    pub fn tell_registry(mut self, tells: bool) -> Self {
        self.is_told_registry = tells;
        self
    }

    /// Returns the name of the host, as in settings and credentials.
    pub fn host(&self) -> String {
        match &self.place {
            MirrorPlace::Location { host, .. } => host.clone(),
            MirrorPlace::Api(url) => host_of(url),
        }
    }

    /// Returns the root of the API, if it is not where the host's name says.
    pub(super) fn root(&self) -> Option<&Url> {
        match &self.place {
            MirrorPlace::Location { .. } => None,
            MirrorPlace::Api(url) => Some(url),
        }
    }

    /// Returns the path under which it has a repository: `rest` is what follows the part of the
    /// repository's name that the mirror stands for.
    pub(super) fn path_of(&self, rest: &str) -> String {
        match &self.place {
            MirrorPlace::Location { path, .. } => below(path, rest),
            MirrorPlace::Api(_) => rest.into(),
        }
    }
}

fn below(path: &str, rest: &str) -> String {
    match (path.is_empty(), rest.is_empty()) {
        (true, _) => rest.into(),
        (false, true) => path.into(),
        (false, false) => format!("{path}/{rest}"),
    }
}

impl fmt::Display for Mirror {
    /// Writes the location, or the host and the path of the API.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            MirrorPlace::Location { host, path } if path.is_empty() => formatter.write_str(host),
            MirrorPlace::Location { host, path } => write!(formatter, "{host}/{path}"),
            MirrorPlace::Api(url) => {
                let path = url.path().trim_end_matches('/').trim_end_matches("/v2");
                write!(formatter, "{}{path}", host_of(url))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_begins_a_reference() {
        for (location, rest, host, path) in [
            ("m.io", "library/nginx", "m.io", "library/nginx"),
            (
                "m.io:5000/x",
                "library/nginx",
                "m.io:5000",
                "x/library/nginx",
            ),
            ("m.io/x/y/", "api", "m.io", "x/y/api"),
            ("m.io/x/api", "", "m.io", "x/api"),
            ("[::1]:5000/x", "api", "[::1]:5000", "x/api"),
            ("docker.io/acme", "api", "docker.io", "acme/api"),
        ] {
            let mirror = Mirror::at(location).unwrap();
            assert_eq!(
                (mirror.host().as_str(), mirror.path_of(rest).as_str()),
                (host, path)
            );
            assert_eq!(mirror.to_string(), location.trim_end_matches('/'));
        }
        for location in [
            "",
            "m",
            "https://m.io",
            "m.io/X",
            "m.io//x",
            "me:secret@m.io",
            "m.io/x?y",
        ] {
            assert!(Mirror::at(location).is_err(), "{location}");
        }
    }

    #[test]
    fn an_api_may_be_anywhere() {
        for (url, host, shown) in [
            ("https://m.io/v2", "m.io", "m.io"),
            ("http://m.io:5000/hub/v2/", "m.io:5000", "m.io:5000/hub"),
            ("https://m.io/v2/hub", "m.io", "m.io/v2/hub"),
        ] {
            let mirror = Mirror::api(url.parse().unwrap());
            assert_eq!(mirror.host(), host);
            assert_eq!(mirror.to_string(), shown);
            assert_eq!(mirror.path_of("library/nginx"), "library/nginx");
            assert!(mirror.root().unwrap().path().ends_with('/'));
        }
    }
}
