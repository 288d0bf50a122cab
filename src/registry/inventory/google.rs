use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::collect::{FREE_INVENTORY, INVENTORY_TAG_BYTES};
use super::model::TagMetadata;
use super::page::{MetadataPage, parse, past_epoch};
use crate::image::Repository;
use crate::registry::client::ClientInner;

/// What Google's registries add to a list of tags: its manifests.
///
/// So the list that is asked for anyway tells what the tags name, and since when.
#[derive(Default)]
pub(in crate::registry) struct Manifests {
    inventory: Option<TagMetadata>,
}

#[derive(Deserialize)]
struct GoogleBody {
    manifest: BTreeMap<String, GoogleManifest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GoogleManifest {
    tag: Option<Vec<String>>,
    /// Milliseconds, as text.
    time_uploaded_ms: Option<String>,
}

impl Manifests {
    /// Reads a page of the list; one without manifests adds nothing.
    pub(in crate::registry) fn add(&mut self, body: &[u8]) {
        if let Ok(sheet) = read(body) {
            let inventory = self.inventory.get_or_insert_default();
            for (tag, told) in sheet.tags {
                inventory.add(tag, told);
            }
        }
    }
}

impl ClientInner {
    /// Keeps what a list told of its manifests, if it told of any.
    pub(in crate::registry) fn note_manifests(&self, repository: &Repository, told: Manifests) {
        if let Some(inventory) = told.inventory {
            let mut memory = self.memory.reserve(FREE_INVENTORY);
            // It is a help and no more: the registry can be asked for what it leaves out.
            if memory
                .grow_by(inventory.len() * INVENTORY_TAG_BYTES)
                .is_err()
            {
                return;
            }
            memory.keep();
            self.told_with_tags
                .note(repository.clone(), Arc::new(inventory));
        }
    }
}

/// Reads the manifests of a list. The time of upload counts: that of creation is the publisher's, and
/// none at all for images that are built to be reproducible.
pub(super) fn read(body: &[u8]) -> Result<MetadataPage, String> {
    let body: GoogleBody = parse(body)?;
    let mut sheet = MetadataPage::default();
    for (digest, manifest) in &body.manifest {
        let uploaded = manifest.time_uploaded_ms.as_deref();
        let uploaded = uploaded.and_then(|text| text.parse().ok());
        let uploaded = uploaded.and_then(|time| Timestamp::from_millisecond(time).ok());
        for tag in manifest.tag.iter().flatten() {
            sheet.add(Some(tag), Some(digest), uploaded.and_then(past_epoch));
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
    fn manifests_tell_their_tags_and_the_time_of_the_upload() {
        let body = json!({"child": ["sub"], "name": "p/r/i", "tags": ["1.0", "2.0", "latest"], "manifest": {
            digest("a"): {"imageSizeBytes": "123", "layerId": "", "mediaType": "x", "tag": ["latest", "1.0"],
                "timeCreatedMs": "0", "timeUploadedMs": "1700000001000"},
            digest("b"): {"tag": ["2.0"], "timeUploadedMs": "-62135596800000"},
            digest("untagged"): {"tag": [], "timeUploadedMs": "1700000001000"},
            "x": {"tag": ["3.0"], "timeUploadedMs": "soon"},
        }});
        let sheet = read(body.to_string().as_bytes()).unwrap();
        let mut lines = lines(&sheet, &["a", "b"]);
        lines.sort();
        assert_eq!(
            lines,
            [
                "1.0 a 2023-11-14T22:13:21Z",
                "2.0 b never",
                "3.0 none never",
                "latest a 2023-11-14T22:13:21Z"
            ]
        );
        let mut manifests = Manifests::default();
        manifests.add(br#"{"name":"a","tags":["1"]}"#);
        assert_eq!(manifests.inventory, None);
        for strange in STRANGE.into_iter().chain(["{}"]) {
            assert!(read(strange.as_bytes()).is_err(), "{strange}");
        }
    }
}
