use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::manifest::{read_platform, read_texts, text};
use super::{DocumentError, Platform};

/// What an image's config blob says of the image, as far as an inspector needs it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ImageConfig {
    /// When the image was built, as its publisher says; absent where the date is a placeholder.
    pub created: Option<Timestamp>,
    /// The platform.
    pub platform: Option<Platform>,
    /// The labels.
    pub labels: BTreeMap<String, String>,
}

impl ImageConfig {
    /// Reads a config blob, leniently: `null`, missing members and broken dates count as absent.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Invalid`] if the bytes are not a JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let invalid = |reason: String| DocumentError::Invalid { reason };
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
        if !value.is_object() {
            return Err(invalid("the config is not an object".into()));
        }
        let config = value.get("config");
        let mut labels = read_texts(config.and_then(|config| config.get("Labels")));
        labels.append(&mut read_texts(
            config.and_then(|config| config.get("labels")),
        ));
        Ok(Self {
            created: text(&value, "created").and_then(created),
            platform: read_platform(&value),
            labels,
        })
    }
}

/// Reads a build date; placeholders of reproducible builds (years 1, 1970 and 1980's first day) are none.
pub(crate) fn created(text: &str) -> Option<Timestamp> {
    let timestamp: Timestamp = text.parse().ok()?;
    // 1980-01-02T00:00:00Z: the first day that a zip file's clock cannot be the origin of.
    (timestamp.as_second() >= 315_619_200).then_some(timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_builders_write() {
        let config = ImageConfig::parse(
            br#"{"architecture":"arm64","os":"linux","variant":"v8","created":"2026-01-02T03:04:05.678901Z",
                "config":{"Labels":{"org.opencontainers.image.source":"https://example.com/x","n":null}}}"#,
        )
        .unwrap();
        assert_eq!(config.platform.unwrap().to_string(), "linux/arm64");
        assert_eq!(
            config.created.unwrap().to_string(),
            "2026-01-02T03:04:05.678901Z"
        );
        assert_eq!(config.labels.len(), 1);
    }

    #[test]
    fn placeholders_are_no_dates() {
        for text in [
            "",
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "1980-01-01T00:00:01Z",
            "yesterday",
        ] {
            let body = format!(r#"{{"created":"{text}"}}"#);
            assert_eq!(
                ImageConfig::parse(body.as_bytes()).unwrap().created,
                None,
                "{text}"
            );
        }
        assert_eq!(ImageConfig::parse(b"{}").unwrap(), ImageConfig::default());
        assert!(ImageConfig::parse(b"[]").is_err());
    }
}
