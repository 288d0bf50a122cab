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
        let digest = tagged.digest.to_string();
        if let Some(time) = tagged.pushed {
            pushed.insert(digest.clone(), time.as_millisecond());
        }
        tags.entry(digest).or_default().push(tag);
    }
    let manifests = store.manifests(repository).into_iter();
    let entries: Map<String, Value> = manifests
        .map(|manifest| {
            let digest = manifest.digest.to_string();
            let entry = json!({
                "imageSizeBytes": manifest.bytes.len().to_string(),
                "layerId": "",
                "mediaType": manifest.media_type,
                "tag": tags.get(&digest).cloned().unwrap_or_default(),
                "timeCreatedMs": "0",
                "timeUploadedMs": pushed.get(&digest).copied().unwrap_or_default().to_string(),
            });
            (digest, entry)
        })
        .collect();
    Value::Object(entries)
}
