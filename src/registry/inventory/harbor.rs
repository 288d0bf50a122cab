use serde::Deserialize;

use super::collect::{ApiAccess, MetadataSource};
use super::page::{MetadataPage, parse, time};
use crate::image::Tag;
use crate::registry::mirror::Endpoint;

#[derive(Deserialize)]
struct HarborArtifactBody {
    digest: Option<String>,
    push_time: Option<String>,
    tags: Option<Vec<HarborArtifact>>,
}

#[derive(Deserialize)]
struct HarborArtifact {
    name: Option<String>,
    push_time: Option<String>,
}

/// Says how Harbor is asked for the artifacts with tags of a repository, or for that of one tag (Harbor API
/// 2.0, `listArtifacts`); nothing for a path that no repository of Harbor has.
///
/// The interface knows no tokens of the registry, but users and robots by their passwords.
pub(super) fn source(endpoint: &Endpoint, tag: Option<&Tag>) -> Option<MetadataSource> {
    let (project, repository) = endpoint.path.split_once('/')?;
    // Encoded twice, since proxies before it may decode once.
    let repository = repository.replace('/', "%252F");
    let path = format!("/api/v2.0/projects/{project}/repositories/{repository}/artifacts");
    let mut url = endpoint.host.own(&path);
    let wanted = tag.map_or("tags=*".into(), |tag| format!("tags={tag}"));
    url.query_pairs_mut()
        .append_pair("page", "1")
        .append_pair("page_size", "100")
        .append_pair("with_tag", "true")
        .append_pair("q", &wanted);
    Some(MetadataSource {
        url,
        label: endpoint.host.name.clone(),
        way: ApiAccess::Password,
        read,
    })
}

pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let artifacts: Vec<HarborArtifactBody> = parse(body)?;
    let mut sheet = MetadataPage::default();
    for artifact in &artifacts {
        let digest = artifact.digest.as_deref();
        for tag in artifact.tags.iter().flatten() {
            let pushed = time(tag.push_time.as_deref());
            let pushed = pushed.or_else(|| time(artifact.push_time.as_deref()));
            sheet.add(tag.name.as_deref(), digest, pushed);
        }
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::super::page::testing::{STRANGE, digest, lines};
    use super::*;
    use serde_json::json;

    #[test]
    fn each_tag_of_an_artifact_has_its_own_time() {
        let body = json!([
            {"id": 1, "type": "IMAGE", "digest": digest("a"), "push_time": "2026-01-01T00:00:00.000Z",
             "references": [{"child_digest": digest("child")}],
             "tags": [{"name": "1.0", "push_time": "2026-01-02T00:00:00.000Z", "immutable": false},
                      {"name": "latest"}]},
            {"digest": digest("b"), "push_time": "2026-01-01T00:00:00.000Z", "tags": null},
            {"digest": digest("b"), "tags": [{"name": "2.0", "push_time": "0001-01-01T00:00:00.000Z"}]},
        ]);
        let sheet = read(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            lines(&sheet, &["a", "b"]),
            [
                "1.0 a 2026-01-02T00:00:00Z",
                "latest a 2026-01-01T00:00:00Z",
                "2.0 b never"
            ]
        );
        for strange in STRANGE {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
