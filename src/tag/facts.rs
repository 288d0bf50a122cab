use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::image::{CREATED, ImageConfig, created};

/// A fact, and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// Where it was read.
    pub origin: Origin,
}

/// A place from which facts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An annotation of the index.
    IndexAnnotation,
    /// An annotation of the image manifest.
    ManifestAnnotation,
    /// A label in the image's config.
    ConfigLabel,
    /// The `created` member of the image's config.
    ConfigCreated,
}

/// The facts about an image in a report, all according to its publisher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// When the image was built.
    pub created: Option<Fact<Timestamp>>,
    /// The URL of the source code: `https`, without credentials, query and fragment.
    pub source: Option<Fact<String>>,
    /// The source revision: up to 128 characters of `[0-9A-Za-z._/-]`.
    pub revision: Option<Fact<String>>,
}

impl ImageFacts {
    /// Adds facts from annotations or labels that are not known yet.
    ///
    /// The keys are those of the OCI image spec 1.1, "Annotations", and of its predecessor Label Schema.
    pub fn learn(&mut self, texts: &BTreeMap<String, String>, origin: Origin) {
        let find = |keys: [&str; 2]| keys.into_iter().find_map(|key| texts.get(key));
        if self.created.is_none() {
            let text = find([CREATED, "org.label-schema.build-date"]);
            self.created = text
                .and_then(|text| created(text))
                .map(|value| Fact { value, origin });
        }
        if self.source.is_none() {
            let text = find([
                "org.opencontainers.image.source",
                "org.label-schema.vcs-url",
            ]);
            self.source = text
                .and_then(|text| web_link(text))
                .map(|value| Fact { value, origin });
        }
        if self.revision.is_none() {
            let text = find([
                "org.opencontainers.image.revision",
                "org.label-schema.vcs-ref",
            ]);
            self.revision = text.filter(|text| is_revision(text)).map(|text| Fact {
                value: text.clone(),
                origin,
            });
        }
    }

    /// Adds facts from an image's config that are not known yet.
    pub fn learn_from_config(&mut self, config: &ImageConfig) {
        self.learn(&config.labels, Origin::ConfigLabel);
        if self.created.is_none() {
            self.created = config.created.map(|value| Fact {
                value,
                origin: Origin::ConfigCreated,
            });
        }
    }

    /// Returns `true` if there are no more facts to learn.
    pub fn is_complete(&self) -> bool {
        self.created.is_some() && self.source.is_some() && self.revision.is_some()
    }
}

fn web_link(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    let plain = url.scheme() == "https"
        && url.host_str().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && text.len() <= 512;
    if !plain {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    Some(
        url.as_str()
            .trim_end_matches('/')
            .trim_end_matches(".git")
            .to_string(),
    )
}

fn is_revision(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(key: &str, value: &str) -> ImageFacts {
        let mut facts = ImageFacts::default();
        facts.learn(
            &BTreeMap::from([(key.to_string(), value.to_string())]),
            Origin::ConfigLabel,
        );
        facts
    }

    #[test]
    fn only_plain_https_links_are_kept() {
        let source = |text| {
            learned("org.opencontainers.image.source", text)
                .source
                .map(|fact| fact.value)
        };
        assert_eq!(
            source("https://github.com/a/b.git?x=1#y").as_deref(),
            Some("https://github.com/a/b")
        );
        for text in [
            "http://example.com/",
            "javascript:alert(1)",
            "https://user:secret@example.com/",
            "github.com/a/b",
            "",
        ] {
            assert_eq!(source(text), None, "{text}");
        }
    }

    #[test]
    fn only_plain_revisions_are_kept() {
        let revision = |text: &str| {
            learned("org.opencontainers.image.revision", text)
                .revision
                .is_some()
        };
        assert!(revision("0a1b2c3") && revision("refs/heads/main"));
        assert!(
            !revision("") && !revision("a b") && !revision("a|b") && !revision(&"a".repeat(129))
        );
    }

    #[test]
    fn the_first_source_wins() {
        let mut facts = learned(CREATED, "2026-01-02T03:04:05Z");
        facts.learn_from_config(&ImageConfig {
            created: Some(Timestamp::UNIX_EPOCH),
            ..ImageConfig::default()
        });
        assert_eq!(facts.created.unwrap().origin, Origin::ConfigLabel);
    }
}
