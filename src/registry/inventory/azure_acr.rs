use serde::Deserialize;
use serde::de::IgnoredAny;

use super::collect::{ApiAccess, MetadataSource};
use super::page::{MetadataPage, parse, time};
use crate::image::Tag;
use crate::registry::mirror::Endpoint;

#[derive(Deserialize)]
struct AcrBody {
    #[serde(rename = "imageName")]
    image: Option<IgnoredAny>,
    tags: Option<Vec<AcrTag>>,
    tag: Option<AcrTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AcrTag {
    name: Option<String>,
    digest: Option<String>,
    created_time: Option<String>,
    last_update_time: Option<String>,
}

/// Says how Azure is asked for the tags of a repository, or for one (Azure Container Registry API,
/// `Tag - Get List` and `Tag - Get Attributes`).
///
/// It takes the registry's tokens, of a scope of its own.
pub(super) fn source(endpoint: &Endpoint, tag: Option<&Tag>) -> MetadataSource {
    let path = &endpoint.path;
    let mut url = endpoint.host.own(&format!("/acr/v1/{path}/_tags"));
    match tag {
        Some(tag) => {
            let one = format!("{}/{tag}", url.path());
            url.set_path(&one);
        }
        None => {
            url.query_pairs_mut().append_pair("n", "1000");
        }
    }
    MetadataSource {
        url,
        label: endpoint.host.name.clone(),
        way: ApiAccess::Registry(format!("repository:{path}:metadata_read")),
        read,
    }
}

/// Reads a list or a single tag. A tag that was set to another digest has the time of that as the one of its
/// last change; so has one whose attributes were changed, which then passes for younger than it is.
pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let body: AcrBody = parse(body)?;
    if body.image.is_none() && body.tags.is_none() && body.tag.is_none() {
        return Err("its answer has no tags".into());
    }
    let mut sheet = MetadataPage::default();
    for tag in body.tags.iter().flatten().chain(&body.tag) {
        let pushed = time(tag.last_update_time.as_deref());
        let pushed = pushed.or_else(|| time(tag.created_time.as_deref()));
        sheet.add(tag.name.as_deref(), tag.digest.as_deref(), pushed);
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_change_of_a_tag_counts() {
        let tag = |name: &str| {
            json!({"name": name, "digest": digest("a"), "createdTime": "2026-01-02T03:04:05.6789012Z",
                "lastUpdateTime": "2026-01-03T03:04:05.6789012Z", "signed": false,
                "changeableAttributes": {"listEnabled": true}})
        };
        let list = json!({"registry": "x.azurecr.io", "imageName": "a/b",
            "tags": [tag("v1"), {"name": "v2", "createdTime": "2026-01-02T00:00:00Z"}]});
        let sheet = read(list.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a"]),
            [
                "v1 a 2026-01-03T03:04:05.6789012Z",
                "v2 none 2026-01-02T00:00:00Z"
            ]
        );
        let one = json!({"registry": "x.azurecr.io", "imageName": "a/b", "tag": tag("v3")});
        let sheet = read(one.to_string().as_bytes()).unwrap();
        assert_eq!(lines(&sheet, &["a"]), ["v3 a 2026-01-03T03:04:05.6789012Z"]);
        let none = json!({"registry": "x.azurecr.io", "imageName": "a/b", "tags": null});
        assert_eq!(
            read(none.to_string().as_bytes()),
            Ok(MetadataPage::default())
        );
        for strange in STRANGE.into_iter().chain(["{}"]) {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
