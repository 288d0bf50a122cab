use serde::Deserialize;

use super::collect::{ApiAccess, MetadataSource};
use super::page::{MetadataPage, parse, seconds};
use crate::image::Tag;
use crate::registry::mirror::Endpoint;

const PAGE_SIZE: &str = "100";

#[derive(Deserialize)]
struct QuayBody {
    tags: Vec<QuayTag>,
    page: Option<u64>,
    has_additional: Option<bool>,
}

#[derive(Deserialize)]
struct QuayTag {
    name: Option<String>,
    manifest_digest: Option<String>,
    /// When the tag was set to the manifest, in seconds.
    start_ts: Option<i64>,
}

/// Says how Quay is asked for the active tags of a repository, or for one (Quay API, `listRepoTags`).
///
/// The interface takes tokens of OAuth applications alone, which no robot has: it is asked without any
/// credentials, for what is public.
pub(super) fn source(endpoint: &Endpoint, tag: Option<&Tag>) -> MetadataSource {
    let mut url = endpoint
        .host
        .own(&format!("/api/v1/repository/{}/tag/", endpoint.path));
    let mut query = url.query_pairs_mut();
    query.append_pair("onlyActiveTags", "true");
    query.append_pair("limit", PAGE_SIZE);
    match tag {
        Some(tag) => query.append_pair("specificTag", tag.as_str()),
        None => query.append_pair("page", "1"),
    };
    drop(query);
    MetadataSource {
        url,
        label: endpoint.host.name.clone(),
        way: ApiAccess::Anonymous,
        read,
    }
}

pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let body: QuayBody = parse(body)?;
    let mut sheet = MetadataPage::default();
    for entry in &body.tags {
        let digest = entry.manifest_digest.as_deref();
        let pushed = entry.start_ts.and_then(seconds);
        sheet.add(entry.name.as_deref(), digest, pushed);
    }
    if body.has_additional == Some(true) {
        let page = body.page.unwrap_or(1).saturating_add(1);
        sheet.next = Some(format!(
            "?onlyActiveTags=true&limit={PAGE_SIZE}&page={page}"
        ));
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;
    use serde_json::json;

    #[test]
    fn tags_have_the_time_at_which_they_were_set() {
        let body = json!({"tags": [
            {"name": "v1", "reversion": false, "start_ts": 1_700_000_000, "manifest_digest": digest("a"),
             "is_manifest_list": true, "size": null, "last_modified": "Tue, 14 Nov 2023 22:13:20 -0000"},
            {"name": "v2", "manifest_digest": "none"},
            {"name": "not a tag", "manifest_digest": digest("a")},
            {},
        ], "page": 1, "has_additional": true});
        let sheet = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a"]),
            ["v1 a 2023-11-14T22:13:20Z", "v2 none never"]
        );
        assert_eq!(
            sheet.next.as_deref(),
            Some("?onlyActiveTags=true&limit=100&page=2")
        );
        let last = read(br#"{"tags":[],"page":9,"has_additional":false}"#).unwrap();
        assert_eq!(last, MetadataPage::default());
        for strange in STRANGE {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
