//! A tag in the shape of Docker Hub's own API.

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::operation::ApiRoute;
use super::store::Store;

pub(super) fn tag(store: &Store, route: &ApiRoute) -> Answer {
    if let Some(body) = document(store, route) {
        return Answer::json(StatusCode::OK, &body);
    }
    let body = json!({"message": "httperror 404: object not found", "errinfo": {}});
    Answer::json(StatusCode::NOT_FOUND, &body)
}

/// Returns what there is to say of a tag, if it is there.
pub(super) fn document(store: &Store, route: &ApiRoute) -> Option<Value> {
    let tagged = store.tagged(&route.repository, &route.reference)?;
    let pushed = tagged.pushed.map(|time| time.to_string());
    let pushed = pushed.as_deref();
    let found = store.manifest(&route.repository, tagged.digest.as_str());
    let document = found
        .as_ref()
        .and_then(|found| serde_json::from_slice::<Value>(&found.bytes).ok())
        .unwrap_or_default();
    let images: Vec<_> = match document["manifests"].as_array() {
        Some(children) => children.iter().map(|child| image(child, pushed)).collect(),
        None => vec![image(&single(store, route, &document), pushed)],
    };
    let size: u64 = images
        .iter()
        .filter_map(|image| image["size"].as_u64())
        .sum();
    Some(json!({
        "name": route.reference,
        "digest": tagged.told().as_str(),
        "full_size": size,
        "v2": true,
        "last_updated": pushed,
        "tag_status": "active",
        "tag_last_pulled": null,
        "tag_last_pushed": pushed,
        "media_type": found.map(|found| found.media_type),
        "content_type": "image",
        "images": images,
    }))
}

fn image(descriptor: &Value, pushed: Option<&str>) -> Value {
    let platform = &descriptor["platform"];
    json!({
        "architecture": platform["architecture"],
        "variant": platform["variant"],
        "os": platform["os"],
        "os_features": "",
        "os_version": platform["os.version"],
        "features": "",
        "digest": descriptor["digest"],
        "size": descriptor["size"],
        "status": "active",
        "last_pulled": null,
        "last_pushed": pushed,
    })
}

/// Returns a descriptor for an image without an index, its platform read from its config.
fn single(store: &Store, route: &ApiRoute, manifest: &Value) -> Value {
    let config = manifest["config"]["digest"].as_str();
    let platform = config
        .and_then(|text| crate::image::Digest::parse(text).ok())
        .and_then(|digest| store.blob(&route.repository, &digest))
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .unwrap_or_default();
    let digest = store.digest(&route.repository, &route.reference);
    json!({
        "platform": platform,
        "digest": digest.map(|digest| digest.to_string()),
        "size": manifest["config"]["size"],
    })
}
