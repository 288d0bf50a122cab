use serde::Deserialize;
use serde::de::IgnoredAny;

use super::collect::{ApiAccess, MetadataSource, PageCollector};
use super::model::TagMetadata;
use super::page::{MetadataPage, parse, time};
use crate::registry::client::ClientInner;
use crate::registry::error::ErrorKind;
use crate::registry::lists::tags::pull_scope;
use crate::registry::mirror::Endpoint;
use crate::registry::request_error::RequestError;

/// The fields that tell when a tag was set and when its image came, with those of older releases after them.
const FIELDS: [&str; 2] = [
    "Tag Digest PushTimestamp TaggedTimestamp",
    "Tag Digest PushTimestamp",
];

#[derive(Deserialize)]
struct ZotBody {
    data: Option<ZotData>,
    errors: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZotData {
    image_list: Option<ZotList>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZotList {
    results: Option<Vec<ZotEntry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZotEntry {
    tag: Option<String>,
    digest: Option<String>,
    push_timestamp: Option<String>,
    tagged_timestamp: Option<String>,
}

#[derive(Deserialize)]
struct Extensions {
    extensions: Option<Vec<Extension>>,
}

#[derive(Deserialize)]
struct Extension {
    name: Option<String>,
    endpoints: Option<Vec<String>>,
}

/// Says how zot is asked for the images of a repository (zot's search extension, `ImageList`).
fn source(endpoint: &Endpoint, fields: &str) -> MetadataSource {
    let mut url = endpoint.host.api("_zot/ext/search");
    // The grammar of repositories leaves nothing that would have to be escaped.
    let query = format!(
        r#"{{ImageList(repo:"{}"){{Results{{{fields}}}}}}}"#,
        endpoint.path
    );
    url.query_pairs_mut().append_pair("query", &query);
    MetadataSource {
        url,
        label: endpoint.host.name.clone(),
        way: ApiAccess::Registry(pull_scope(&endpoint.path)),
        read,
    }
}

/// Reads an answer. When an image was built, which is there too, is its publisher's word.
pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let body: ZotBody = parse(body)?;
    if body.errors.is_some_and(|errors| !errors.is_empty()) {
        return Err("its search extension does not know when images were pushed".into());
    }
    let list = body.data.and_then(|data| data.image_list);
    let results = list.and_then(|list| list.results);
    let results = results.ok_or("its answer has no list of images")?;
    let mut sheet = MetadataPage::default();
    for image in &results {
        let pushed = time(image.tagged_timestamp.as_deref());
        let pushed = pushed.or_else(|| time(image.push_timestamp.as_deref()));
        sheet.add(image.tag.as_deref(), image.digest.as_deref(), pushed);
    }
    Ok(sheet)
}

/// Returns `true` if a list of extensions has the search (OCI distribution spec, extensions, `_oci/ext/discover`).
fn has_search(body: &[u8]) -> bool {
    let Ok(found) = serde_json::from_slice::<Extensions>(body) else {
        return false;
    };
    let mut extensions = found.extensions.into_iter().flatten();
    extensions.any(|extension| {
        let endpoints = extension.endpoints.unwrap_or_default();
        let searches = endpoints
            .iter()
            .any(|path| path.ends_with("/_zot/ext/search"));
        extension.name.as_deref() == Some("_zot") && searches
    })
}

impl ClientInner {
    /// Asks whether the registry has the search extension.
    pub(super) async fn probe_zot(&self, endpoint: &Endpoint) -> Result<(), RequestError> {
        let url = endpoint.host.api("_oci/ext/discover");
        self.probe_at(endpoint, url, has_search).await
    }

    /// Reads the whole list, which has no pages.
    pub(super) async fn collect_zot(
        &self,
        endpoint: &Endpoint,
    ) -> Result<TagMetadata, RequestError> {
        let mut outcome = Err(ErrorKind::Unsupported.into());
        for fields in FIELDS {
            let source = source(endpoint, fields);
            let url = source.url.clone();
            outcome = self.sheet(endpoint, &source, url, &mut false).await;
            if !matches!(&outcome, Err(error) if is_unknown_field(error)) {
                break;
            }
        }
        let (sheet, response) = outcome?;
        let mut collector = PageCollector::new(self.limits, &self.memory);
        collector.add(response.body.len(), sheet)?;
        Ok(collector.finish())
    }
}

/// Returns `true` if a query may be refused for its fields: with an error in a good answer, or as a bad request.
fn is_unknown_field(error: &RequestError) -> bool {
    match error.kind {
        ErrorKind::Invalid { .. } => true,
        ErrorKind::Failed => matches!(error.status, Some(400 | 422)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;
    use serde_json::json;

    #[test]
    fn images_have_the_time_at_which_they_were_tagged_or_pushed() {
        let body = json!({"data": {"ImageList": {"Results": [
            {"Tag": "1", "Digest": digest("a"), "PushTimestamp": "2026-01-01T00:00:00Z",
             "TaggedTimestamp": "2026-01-02T00:00:00Z", "LastUpdated": "2020-01-01T00:00:00Z"},
            {"Tag": "2", "Digest": digest("b"), "PushTimestamp": "2026-01-01T00:00:00Z"},
            {"Tag": "3", "Digest": digest("b"), "LastUpdated": "2020-01-01T00:00:00Z"},
        ]}}});
        let sheet = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a", "b"]),
            [
                "1 a 2026-01-02T00:00:00Z",
                "2 b 2026-01-01T00:00:00Z",
                "3 b never"
            ]
        );
        let unknown = r#"{"errors":[{"message":"Cannot query field"}],"data":null}"#;
        for strange in STRANGE.into_iter().chain(["{}", r#"{"data":{}}"#, unknown]) {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }

    #[test]
    fn the_extension_is_found_by_its_name_and_endpoint() {
        let found = |name: &str, path: &str| {
            let list = json!({"extensions": [{"name": name, "url": "x", "endpoints": [path]}]});
            has_search(list.to_string().as_bytes())
        };
        assert!(found("_zot", "/v2/_zot/ext/search"));
        assert!(!found("_zot", "/v2/_zot/ext/userprefs"));
        assert!(!found("_other", "/v2/_zot/ext/search"));
        assert!(!has_search(b"[]") && !has_search(b"{}"));
    }
}
