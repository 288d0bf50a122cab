use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::image::media_type;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    media_type: Option<String>,
    manifests: Option<IgnoredAny>,
    config: Option<IgnoredAny>,
}

/// Returns the media type that a manifest's own bytes tell.
///
/// That is its `mediaType`, or where it has none, as OCI's documents may, the one of its members. The
/// type that a registry sent is not kept: it is not covered by the digest, and what one registry says
/// must not decide how the same bytes of another one are read.
pub(in crate::registry) fn told_media_type(bytes: &[u8]) -> Option<String> {
    let members: Members = serde_json::from_slice(bytes).ok()?;
    match (members.media_type, members.manifests, members.config) {
        (Some(named), _, _) => {
            let known = media_type::is_index(&named) || media_type::is_manifest(&named);
            known.then_some(named)
        }
        (None, Some(_), None) => Some(media_type::OCI_INDEX.into()),
        (None, None, Some(_)) => Some(media_type::OCI_MANIFEST.into()),
        (None, _, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_tell_the_type() {
        let told = |text: &str| told_media_type(text.as_bytes());
        let named = format!(
            r#"{{"mediaType":"{}","config":{{}}}}"#,
            media_type::DOCKER_MANIFEST
        );
        assert_eq!(told(&named).as_deref(), Some(media_type::DOCKER_MANIFEST));
        assert_eq!(
            told(r#"{"manifests":[]}"#).as_deref(),
            Some(media_type::OCI_INDEX)
        );
        assert_eq!(
            told(r#"{"config":{},"layers":[]}"#).as_deref(),
            Some(media_type::OCI_MANIFEST)
        );
        for none in [
            r#"{"manifests":[],"config":{}}"#,
            r#"{"mediaType":"text/html"}"#,
            r#"{"mediaType":7}"#,
            r#"{"fsLayers":[]}"#,
            "[]",
            "<html>",
            "",
        ] {
            assert_eq!(told(none), None, "{none}");
        }
    }
}
