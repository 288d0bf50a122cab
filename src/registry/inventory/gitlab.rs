use serde::Deserialize;

use super::collect::{ApiAccess, MetadataSource};
use super::page::{MetadataPage, parse, time};
use crate::image::Tag;
use crate::registry::client::ClientInner;
use crate::registry::lists::tags::pull_scope;
use crate::registry::mirror::Endpoint;
use crate::registry::request_error::RequestError;

#[derive(Deserialize)]
struct GitlabTag {
    name: Option<String>,
    digest: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    /// The later one of the other two.
    published_at: Option<String>,
}

/// Says how GitLab's registry is asked for the tags of a repository, or for one (container registry,
/// `docs/spec/gitlab/api.md`, "List Repository Tags").
pub(super) fn source(endpoint: &Endpoint, tag: Option<&Tag>) -> MetadataSource {
    let path = format!("/gitlab/v1/repositories/{}/tags/list/", endpoint.path);
    let mut url = endpoint.host.own(&path);
    match tag {
        Some(tag) => url
            .query_pairs_mut()
            .append_pair("n", "1")
            .append_pair("name_exact", tag.as_str()),
        None => url.query_pairs_mut().append_pair("n", "1000"),
    };
    MetadataSource {
        url,
        label: endpoint.host.name.clone(),
        way: ApiAccess::Registry(pull_scope(&endpoint.path)),
        read,
    }
}

pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let tags: Vec<GitlabTag> = parse(body)?;
    let mut sheet = MetadataPage::default();
    for tag in &tags {
        let times = [&tag.published_at, &tag.updated_at, &tag.created_at];
        let pushed = times.into_iter().find_map(|text| time(text.as_deref()));
        sheet.add(tag.name.as_deref(), tag.digest.as_deref(), pushed);
    }
    Ok(sheet)
}

impl ClientInner {
    /// Asks whether the registry has the interface: without a database of metadata it has not.
    pub(super) async fn probe_gitlab(&self, endpoint: &Endpoint) -> Result<(), RequestError> {
        self.probe_at(endpoint, endpoint.host.own("/gitlab/v1/"), |_| true)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tag_is_as_old_as_its_last_publication() {
        let body = json!([
            {"name": "v1", "digest": digest("a"), "config_digest": digest("c"), "media_type": "x",
             "size_bytes": 1, "created_at": "2026-01-01T00:00:00.000Z",
             "updated_at": "2026-01-03T00:00:00.000Z", "published_at": "2026-01-03T00:00:00.000Z"},
            {"name": "v2", "digest": digest("b"), "created_at": "2026-01-02T00:00:00.000Z"},
            {"name": "v3"},
        ]);
        let sheet = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a", "b"]),
            [
                "v1 a 2026-01-03T00:00:00Z",
                "v2 b 2026-01-02T00:00:00Z",
                "v3 none never"
            ]
        );
        for strange in STRANGE.into_iter().chain(["{}"]) {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
