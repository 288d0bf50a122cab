use bytes::Bytes;
use serde_json::Value;

use super::{Digest, DocumentError, Index, Manifest, json, media_type};

/// The bytes of a manifest or an index from a registry, with their digest.
///
/// The bytes are unchanged: any other spelling of the same JSON has another digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawManifest {
    /// The body, unchanged.
    pub bytes: Bytes,
    /// The media type from the `Content-Type` header, without parameters; may be empty or wrong.
    pub media_type: String,
    /// The digest of the bytes.
    pub digest: Digest,
}

/// A parsed manifest of either kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// Several images, usually one per platform.
    Index(Index),
    /// One image, or an artifact in the form of an image.
    Manifest(Manifest),
}

impl RawManifest {
    /// Parses the bytes, leniently: unknown members are ignored, and `null` counts as absent.
    ///
    /// The members decide the kind, because some registries send `application/json`.
    ///
    /// # Errors
    ///
    /// [`DocumentError`] if the body is neither an image manifest nor an index.
    pub fn document(&self) -> Result<Document, DocumentError> {
        Document::parse(&self.bytes, &self.media_type)
    }
}

impl Document {
    /// Parses bytes with their media type, which may be empty.
    ///
    /// # Errors
    ///
    /// As [`RawManifest::document`].
    pub fn parse(bytes: &[u8], media_type: &str) -> Result<Self, DocumentError> {
        let value = json::parse(bytes)?;
        let has = |member: &str| value.get(member).is_some_and(|value| !value.is_null());
        let named = value
            .get("mediaType")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let known = |text: &str| media_type::is_index(text) || media_type::is_manifest(text);
        if known(named) && known(media_type) && named != media_type {
            return Err(DocumentError::MediaType {
                body: named.into(),
                header: media_type.into(),
            });
        }
        if has("fsLayers") || value.get("schemaVersion").and_then(Value::as_u64) == Some(1) {
            return Err(DocumentError::Schema1);
        }
        match (has("manifests"), has("layers") || has("config")) {
            (true, true) => Err(DocumentError::Ambiguous),
            (true, false) => Index::read(&value).map(Self::Index),
            (false, true) => Manifest::read(&value).map(Self::Manifest),
            // An index with no manifests at all may write `null` for them.
            (false, false) if media_type::is_index(named) || media_type::is_index(media_type) => {
                Index::read(&value).map(Self::Index)
            }
            (false, false) => Err(DocumentError::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(media_type: &str, body: &str) -> RawManifest {
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        RawManifest {
            digest: Digest::sha256_of(&bytes),
            media_type: media_type.into(),
            bytes,
        }
    }

    const DIGEST: &str = "sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa";

    #[test]
    fn tells_the_kind_by_the_members() {
        let index = raw(
            "application/json",
            r#"{"schemaVersion":2,"manifests":[],"x":1}"#,
        );
        assert!(matches!(index.document(), Ok(Document::Index(_))));
        let body = format!(r#"{{"config":{{"digest":"{DIGEST}","size":2}},"layers":null}}"#);
        assert!(matches!(
            raw("", &body).document(),
            Ok(Document::Manifest(_))
        ));
        assert!(matches!(
            raw(media_type::OCI_INDEX, r#"{"manifests":null}"#).document(),
            Ok(Document::Index(_))
        ));
    }

    #[test]
    fn refuses_what_cannot_be_pinned() {
        let both = format!(r#"{{"manifests":[],"config":{{"digest":"{DIGEST}"}}}}"#);
        let lying = format!(
            r#"{{"mediaType":"{}","manifests":[]}}"#,
            media_type::DOCKER_LIST
        );
        for (header, body, error) in [
            ("", both.as_str(), DocumentError::Ambiguous),
            (
                "",
                r#"{"schemaVersion":1,"fsLayers":[]}"#,
                DocumentError::Schema1,
            ),
            ("", r#"{"hello":"world"}"#, DocumentError::Unknown),
            (
                media_type::OCI_INDEX,
                lying.as_str(),
                DocumentError::MediaType {
                    body: media_type::DOCKER_LIST.into(),
                    header: media_type::OCI_INDEX.into(),
                },
            ),
        ] {
            assert_eq!(raw(header, body).document(), Err(error));
        }
        assert!(matches!(
            raw("", "<html>").document(),
            Err(DocumentError::Invalid { .. })
        ));
        assert!(matches!(
            raw("", r#"{"manifests":[{"digest":7}]}"#).document(),
            Err(DocumentError::Invalid { .. })
        ));
    }
}
