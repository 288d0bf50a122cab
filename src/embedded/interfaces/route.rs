use http::{Method, Uri};
use url::form_urlencoded;

use super::interface::Interface;
use crate::embedded::operation::{ApiRoute, Operation};

/// Reads what a request asks of an interface; nothing if it is for none.
pub(in crate::embedded) fn route(method: &Method, uri: &Uri) -> Option<ApiRoute> {
    let path = uri.path();
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let found = fields.find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    if *method == Method::POST && path == "/" {
        return Some(inventory(Interface::AmazonEcr, "", ""));
    }
    if *method != Method::GET {
        return None;
    }
    if let Some(name) = between(path, "/api/v1/repository/", "/tag/") {
        return Some(inventory(Interface::Quay, name, &field("specificTag")));
    }
    if let Some(rest) = between(path, "/api/v2.0/projects/", "/artifacts") {
        let (project, name) = rest.split_once("/repositories/")?;
        let name = format!("{project}/{}", name.replace("%252F", "/"));
        let query = field("q");
        let tag = query.strip_prefix("tags=").unwrap_or_default();
        let tag = if tag == "*" { "" } else { tag };
        return Some(inventory(Interface::Harbor, &name, tag));
    }
    if let Some(rest) = path.strip_prefix("/acr/v1/") {
        let (name, tag) = rest.split_once("/_tags")?;
        let tag = tag.trim_start_matches('/');
        return Some(inventory(Interface::AzureAcr, name, tag));
    }
    if path == "/gitlab/v1/" {
        return Some(probe(Interface::Gitlab));
    }
    if let Some(name) = between(path, "/gitlab/v1/repositories/", "/tags/list/") {
        return Some(inventory(Interface::Gitlab, name, &field("name_exact")));
    }
    if path == "/v2/_oci/ext/discover" {
        return Some(probe(Interface::Zot));
    }
    if path == "/v2/_zot/ext/search" {
        let query = field("query");
        let name = between(&query, "{ImageList(repo:\"", "").unwrap_or_default();
        let name = name.split('"').next().unwrap_or_default();
        return Some(inventory(Interface::Zot, name, ""));
    }
    let rest = path.strip_prefix("/v2/")?;
    let parts: Vec<_> = rest.trim_end_matches('/').split('/').collect();
    let (["namespaces", namespace, "repositories", name, "tags"]
    | ["repositories", namespace, name, "tags"]) = parts.as_slice()
    else {
        return None;
    };
    let name = format!("{namespace}/{name}");
    Some(inventory(Interface::DockerHub, &name, ""))
}

fn between<'p>(path: &'p str, before: &str, after: &str) -> Option<&'p str> {
    path.strip_prefix(before)?.strip_suffix(after)
}

fn inventory(interface: Interface, repository: &str, tag: &str) -> ApiRoute {
    let operation = if tag.is_empty() {
        Operation::TagMetadata
    } else {
        Operation::TagRecord
    };
    ApiRoute::of_interface(interface, operation, repository, tag)
}

fn probe(interface: Interface) -> ApiRoute {
    ApiRoute::of_interface(interface, Operation::Probe, "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_interfaces() {
        use Interface::{AmazonEcr, AzureAcr, DockerHub, Gitlab, Harbor, Quay, Zot};
        use Operation::{Probe, TagMetadata, TagRecord};
        for (method, path, interface, operation, repository, tag) in [
            ("POST", "/", AmazonEcr, TagMetadata, "", ""),
            (
                "GET",
                "/acr/v1/a/b/_tags?n=1",
                AzureAcr,
                TagMetadata,
                "a/b",
                "",
            ),
            (
                "GET",
                "/acr/v1/a/b/_tags/1.0",
                AzureAcr,
                TagRecord,
                "a/b",
                "1.0",
            ),
            (
                "GET",
                "/v2/namespaces/a/repositories/b/tags?page=2",
                DockerHub,
                TagMetadata,
                "a/b",
                "",
            ),
            ("GET", "/gitlab/v1/", Gitlab, Probe, "", ""),
            (
                "GET",
                "/gitlab/v1/repositories/a/b/c/tags/list/",
                Gitlab,
                TagMetadata,
                "a/b/c",
                "",
            ),
            (
                "GET",
                "/api/v2.0/projects/a/repositories/b%252Fc/artifacts?q=tags%3D1",
                Harbor,
                TagRecord,
                "a/b/c",
                "1",
            ),
            (
                "GET",
                "/api/v1/repository/a/b/tag/?page=1",
                Quay,
                TagMetadata,
                "a/b",
                "",
            ),
            (
                "GET",
                "/api/v1/repository/a/b/tag/?specificTag=1",
                Quay,
                TagRecord,
                "a/b",
                "1",
            ),
            ("GET", "/v2/_oci/ext/discover", Zot, Probe, "", ""),
            (
                "GET",
                "/v2/_zot/ext/search?query=%7BImageList(repo%3A%22a%2Fb%22)%7BResults%7BTag%7D%7D%7D",
                Zot,
                TagMetadata,
                "a/b",
                "",
            ),
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let found = route(&method, &path.parse().unwrap());
            let expected = ApiRoute::of_interface(interface, operation, repository, tag);
            assert_eq!(found, Some(expected), "{path}");
        }
        for path in [
            "/v2/a/tags/list",
            "/v2/namespaces/a/repositories/b/tags/1",
            "/v2/",
        ] {
            assert_eq!(route(&Method::GET, &path.parse().unwrap()), None);
        }
    }
}
