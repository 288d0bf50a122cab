use std::collections::BTreeMap;

use jiff::Timestamp;

use super::history::{HistoryLine, read_history};
use super::json::{read_texts, text};
use super::manifest::{read_platform, read_system};
use super::{DocumentError, Platform, RunSettings, json};

/// The contents of an image's config blob (OCI image spec 1.1, "OCI Image Configuration").
///
/// Parsing is lenient: a broken member counts as absent. If the exact content matters, keep the bytes, from
/// which the digest is computed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ImageConfig {
    /// When the image was built, according to its publisher; `None` if the date is a placeholder.
    pub created: Option<Timestamp>,
    /// The build date as written, even if it is a placeholder or not a date.
    pub created_text: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The platform.
    pub platform: Option<Platform>,
    /// The operating system as written.
    pub os: Option<String>,
    /// The architecture as written.
    pub architecture: Option<String>,
    /// The variant of the architecture as written.
    pub variant: Option<String>,
    /// The required version of the operating system, for Windows.
    pub os_version: Option<String>,
    /// The required features of the operating system.
    pub os_features: Vec<String>,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The default settings of a container.
    pub run: RunSettings,
    /// The build history, lowest layer first.
    pub history: Vec<HistoryLine>,
}

impl ImageConfig {
    /// Reads a config blob, leniently: `null`, missing members and broken dates count as absent.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Invalid`] if the bytes are not a JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let invalid = |reason: String| DocumentError::Invalid { reason };
        let value = json::parse(bytes)?;
        if !value.is_object() {
            return Err(invalid("the config is not an object".into()));
        }
        let config = value.get("config");
        let mut labels = read_texts(config.and_then(|config| config.get("Labels")));
        labels.append(&mut read_texts(
            config.and_then(|config| config.get("labels")),
        ));
        let owned = |member| text(&value, member).map(Into::into);
        let (os_version, os_features) = read_system(&value);
        Ok(Self {
            created: text(&value, "created").and_then(created),
            created_text: owned("created"),
            author: owned("author"),
            platform: read_platform(&value),
            os: owned("os"),
            architecture: owned("architecture"),
            variant: owned("variant"),
            os_version,
            os_features,
            labels,
            run: config.map(RunSettings::read).unwrap_or_default(),
            history: read_history(value.get("history")),
        })
    }
}

/// The annotation that tells when an image or an artifact was made (OCI image spec 1.1, "Annotations").
pub(crate) const CREATED: &str = "org.opencontainers.image.created";

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
                "author":"A. Builder","os.version":"10.0.1","os.features":["win32k",7],
                "config":{"Labels":{"org.opencontainers.image.source":"https://example.com/x","n":null},
                    "Env":["A=b"]}}"#,
        )
        .unwrap();
        assert_eq!(config.platform.unwrap().to_string(), "linux/arm64");
        assert_eq!(config.variant.as_deref(), Some("v8"));
        assert_eq!(
            config.created.unwrap().to_string(),
            "2026-01-02T03:04:05.678901Z"
        );
        assert_eq!(config.labels.len(), 1);
        assert_eq!(config.author.as_deref(), Some("A. Builder"));
        assert_eq!(config.os_version.as_deref(), Some("10.0.1"));
        assert_eq!(config.os_features, ["win32k"]);
        assert_eq!(config.run.env, ["A=b"]);
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
            let config = ImageConfig::parse(body.as_bytes()).unwrap();
            assert_eq!(config.created, None, "{text}");
            assert_eq!(config.created_text.unwrap_or_default(), text);
        }
        assert_eq!(ImageConfig::parse(b"{}").unwrap(), ImageConfig::default());
        assert!(ImageConfig::parse(b"[]").is_err());
    }
}
