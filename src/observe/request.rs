use std::fmt;

/// A request, as described in events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestInfo {
    /// The registry as named in configs, or the host of a token server or a redirect.
    pub host: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, without the query.
    pub path: String,
    /// The kind; a redirect changes the host, but not the kind.
    pub kind: RequestKind,
    /// The number of the attempt, starting from 1.
    pub attempt: u32,
}

impl RequestInfo {
    /// Returns the path of the repository that it asks about, if it is about one.
    ///
    /// ```
    /// use imagelock::observe::{RequestInfo, RequestKind};
    ///
    /// let request = RequestInfo {
    ///     host: "ghcr.io".into(),
    ///     method: "GET",
    ///     path: "/v2/acme/api/tags/list".into(),
    ///     kind: RequestKind::TagList,
    ///     attempt: 1,
    /// };
    /// assert_eq!(request.repository(), Some("acme/api"));
    /// ```
    pub fn repository(&self) -> Option<&str> {
        let below = match self.kind {
            RequestKind::TagList => "/tags/list",
            RequestKind::ManifestGet | RequestKind::ManifestHead => "/manifests/",
            RequestKind::Blob => "/blobs/",
            RequestKind::Referrers => "/referrers/",
            RequestKind::Ping
            | RequestKind::Token
            | RequestKind::Login
            | RequestKind::Catalog
            | RequestKind::TagMetadata => return None,
        };
        // Names of a repository may be like those of what is below it.
        let (path, _) = self.path.rsplit_once(below)?;
        let (_, path) = path.split_once("/v2/")?;
        Some(path).filter(|path| !path.is_empty())
    }
}

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestKind {
    /// `/v2/`: the required authentication of a registry.
    Ping,
    /// A token from a token server.
    Token,
    /// Credentials from a cloud.
    Login,
    /// A page of a repository's tags.
    TagList,
    /// A page of a registry's repositories.
    Catalog,
    /// A manifest's digest.
    ManifestHead,
    /// A manifest.
    ManifestGet,
    /// A blob.
    Blob,
    /// The referrers of a manifest.
    Referrers,
    /// The tags in a registry-specific API.
    TagMetadata,
}

impl RequestKind {
    /// All kinds, in the order in which a run needs them.
    pub const ALL: [Self; 10] = [
        Self::Ping,
        Self::Token,
        Self::Login,
        Self::TagList,
        Self::Catalog,
        Self::ManifestHead,
        Self::ManifestGet,
        Self::Blob,
        Self::Referrers,
        Self::TagMetadata,
    ];

    /// Returns the name in machine-readable output: `tag-list`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Token => "token",
            Self::Login => "login",
            Self::TagList => "tag-list",
            Self::Catalog => "catalog",
            Self::ManifestHead => "manifest-head",
            Self::ManifestGet => "manifest-get",
            Self::Blob => "blob",
            Self::Referrers => "referrers",
            Self::TagMetadata => "inventory",
        }
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(kind: RequestKind, path: &str) -> Option<String> {
        let request = RequestInfo {
            host: "r.io".into(),
            method: "GET",
            path: path.into(),
            kind,
            attempt: 1,
        };
        request.repository().map(str::to_owned)
    }

    #[test]
    fn a_repository_is_what_stands_between() {
        let digest = "sha256:aa";
        for (kind, rest) in [
            (RequestKind::TagList, "tags/list"),
            (RequestKind::ManifestGet, "manifests/1.0"),
            (RequestKind::ManifestHead, "manifests/1.0"),
            (RequestKind::Blob, "blobs/sha256:aa"),
            (RequestKind::Referrers, "referrers/sha256:aa"),
        ] {
            for name in ["app", "acme/app", "a/manifests/b", "tags/list"] {
                let found = repository(kind, &format!("/v2/{name}/{rest}"));
                assert_eq!(found.as_deref(), Some(name), "{kind} {digest}");
                let found = repository(kind, &format!("/proxy/v2/{name}/{rest}"));
                assert_eq!(found.as_deref(), Some(name), "{kind}");
            }
        }
    }

    #[test]
    fn what_is_about_no_repository_has_none() {
        for (kind, path) in [
            (RequestKind::Ping, "/v2/"),
            (RequestKind::Token, "/v2/token/tags/list"),
            (RequestKind::Catalog, "/v2/_catalog"),
            // Where a redirect leads, the path is another server's.
            (RequestKind::Blob, "/storage/ab/cd"),
            (RequestKind::TagList, "/v2//tags/list"),
        ] {
            assert_eq!(repository(kind, path), None, "{path}");
        }
    }

    #[test]
    fn names_tell_kinds_apart() {
        let names = RequestKind::ALL.map(RequestKind::name);
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), RequestKind::ALL.len());
    }
}
