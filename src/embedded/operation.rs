use http::{Method, Uri};

use super::interfaces::{self, Interface};

/// What a request to a registry asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `GET /v2/`.
    Ping,
    /// `GET /v2/_catalog`.
    Catalog,
    /// `GET /v2/<name>/tags/list`.
    Tags,
    /// `HEAD /v2/<name>/manifests/<reference>`.
    ManifestHead,
    /// `GET /v2/<name>/manifests/<reference>`.
    ManifestGet,
    /// `PUT` or `DELETE` of a manifest.
    ManifestWrite,
    /// `HEAD /v2/<name>/blobs/<digest>`.
    BlobHead,
    /// `GET /v2/<name>/blobs/<digest>`.
    BlobGet,
    /// Any step of uploading a blob.
    BlobWrite,
    /// `GET /v2/<name>/referrers/<digest>`.
    Referrers,
    /// `GET` or `POST` of the token endpoint.
    Token,
    /// A tag in Docker Hub's own API.
    HubTag,
    /// A page of tags, or all of them, in an interface of the registry's own.
    TagMetadata,
    /// One tag in such an interface, other than Docker Hub's.
    TagRecord,
    /// Whether there is such an interface.
    Probe,
    /// Anything else.
    Other,
}

/// A request's operation with the parts of its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiRoute {
    pub(super) operation: Operation,
    /// The repository's path; empty where the operation has none.
    pub(super) repository: String,
    /// A tag, a digest or an upload's id; empty where the operation has none.
    pub(super) reference: String,
    /// The registry's own interface, if it is asked.
    pub(super) interface: Option<Interface>,
}

impl ApiRoute {
    fn new(operation: Operation, repository: &str, reference: &str) -> Self {
        Self {
            operation,
            repository: repository.to_owned(),
            reference: reference.to_owned(),
            interface: None,
        }
    }

    pub(super) fn of_interface(
        interface: Interface,
        operation: Operation,
        repository: &str,
        tag: &str,
    ) -> Self {
        Self {
            interface: Some(interface),
            ..Self::new(operation, repository, tag)
        }
    }

    /// Returns the route of a tag in the same repository.
    pub(super) fn of_tag(&self, tag: &str) -> Self {
        Self::new(Operation::HubTag, &self.repository, tag)
    }

    pub(super) fn token() -> Self {
        Self::new(Operation::Token, "", "")
    }

    pub(super) fn of(method: &Method, uri: &Uri) -> Self {
        if let Some(route) = interfaces::route(method, uri) {
            return route;
        }
        let path = uri.path();
        let Some(rest) = path.strip_prefix("/v2") else {
            return match path {
                "/token" => Self::token(),
                _ => Self::new(Operation::Other, "", ""),
            };
        };
        match rest {
            "" | "/" => return Self::new(Operation::Ping, "", ""),
            "/_catalog" => return Self::new(Operation::Catalog, "", ""),
            _ => {}
        }
        let rest = rest.trim_start_matches('/');
        hub_route(rest)
            .or_else(|| registry_route(method, rest))
            .unwrap_or_else(|| Self::new(Operation::Other, "", ""))
    }
}

/// Reads `namespaces/<ns>/repositories/<repo>/tags/<tag>` and `repositories/<ns>/<repo>/tags/<tag>/`.
fn hub_route(rest: &str) -> Option<ApiRoute> {
    let parts: Vec<_> = rest.trim_end_matches('/').split('/').collect();
    let ([
        "namespaces",
        namespace,
        "repositories",
        repository,
        "tags",
        tag,
    ]
    | ["repositories", namespace, repository, "tags", tag]) = parts.as_slice()
    else {
        return None;
    };
    Some(ApiRoute::new(
        Operation::HubTag,
        &format!("{namespace}/{repository}"),
        tag,
    ))
}

fn registry_route(method: &Method, rest: &str) -> Option<ApiRoute> {
    if let Some(name) = rest.strip_suffix("/tags/list") {
        return Some(ApiRoute::new(Operation::Tags, name, ""));
    }
    if let Some((name, id)) = rest.split_once("/blobs/uploads") {
        return Some(ApiRoute::new(
            Operation::BlobWrite,
            name,
            id.trim_start_matches('/'),
        ));
    }
    let (head, reference) = rest.rsplit_once('/')?;
    let (name, kind) = head.rsplit_once('/')?;
    let operation = match (kind, method.as_str()) {
        ("manifests", "HEAD") => Operation::ManifestHead,
        ("manifests", "GET") => Operation::ManifestGet,
        ("manifests", "PUT" | "DELETE") => Operation::ManifestWrite,
        ("blobs", "HEAD") => Operation::BlobHead,
        ("blobs", "GET") => Operation::BlobGet,
        ("referrers", _) => Operation::Referrers,
        _ => Operation::Other,
    };
    Some(ApiRoute::new(operation, name, reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str) -> (Operation, String, String) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let route = ApiRoute::of(&method, &path.parse().unwrap());
        (route.operation, route.repository, route.reference)
    }

    #[test]
    fn paths_name_operations() {
        let cases = [
            ("GET", "/v2/", Operation::Ping, "", ""),
            ("GET", "/v2/a/b/tags/list?n=1", Operation::Tags, "a/b", ""),
            (
                "HEAD",
                "/v2/a/b/c/manifests/1.0",
                Operation::ManifestHead,
                "a/b/c",
                "1.0",
            ),
            (
                "GET",
                "/v2/manifests/manifests/x",
                Operation::ManifestGet,
                "manifests",
                "x",
            ),
            (
                "POST",
                "/v2/a/b/blobs/uploads/?mount=x",
                Operation::BlobWrite,
                "a/b",
                "",
            ),
            (
                "PUT",
                "/v2/a/blobs/uploads/7",
                Operation::BlobWrite,
                "a",
                "7",
            ),
            ("GET", "/token?service=x", Operation::Token, "", ""),
            (
                "GET",
                "/v2/repositories/library/nginx/tags/1/",
                Operation::HubTag,
                "library/nginx",
                "1",
            ),
            (
                "GET",
                "/v2/namespaces/a/repositories/b/tags/c",
                Operation::HubTag,
                "a/b",
                "c",
            ),
            ("GET", "/v1/search", Operation::Other, "", ""),
        ];
        for (method, path, operation, repository, reference) in cases {
            let expected = (operation, repository.to_owned(), reference.to_owned());
            assert_eq!(route(method, path), expected, "{method} {path}");
        }
    }
}
