//! Manifests in the list of tags, as Google's registries have them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::store::Store;

/// Returns the member `manifest`: all manifests by digest, those without a tag too.
///
/// Numbers are written as texts. The time of creation is that of many reproducible images: none.
pub(super) fn manifests(store: &Store, repository: &str) -> Value {
    let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut pushed = BTreeMap::new();
    for (tag, tagged) in store.all_tagged(repository) {
        let digest = tagged.told().to_string();
        if let Some(time) = tagged.pushed {
            pushed.insert(digest.clone(), time.as_millisecond());
        }
        tags.entry(digest).or_default().push(tag);
    }
    let manifests = store.manifests(repository);
    let manifests = manifests.iter().map(|manifest| {
        let (size, media_type) = (manifest.bytes.len(), manifest.media_type.as_str());
        (manifest.digest.to_string(), (size, media_type))
    });
    let mut manifests: BTreeMap<_, _> = manifests.collect();
    for digest in tags.keys() {
        manifests.entry(digest.clone()).or_default();
    }
    let entries: Map<String, Value> = manifests
        .into_iter()
        .map(|(digest, (size, media_type))| {
            let entry = json!({
                "imageSizeBytes": size.to_string(),
                "layerId": "",
                "mediaType": media_type,
                "tag": tags.get(&digest).cloned().unwrap_or_default(),
                "timeCreatedMs": "0",
                "timeUploadedMs": pushed.get(&digest).copied().unwrap_or_default().to_string(),
            });
            (digest, entry)
        })
        .collect();
    Value::Object(entries)
}
