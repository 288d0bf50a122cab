use std::collections::BTreeMap;

use serde::Serialize;

use super::{Lock, VERSION};

/// The lock in JSON: the same names and nesting as in `images.lock`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "images.lock"))]
pub struct LockDocument {
    /// The version of the format.
    pub version: i64,
    /// The pins, sorted by name.
    #[serde(default)]
    #[cfg_attr(test, schemars(default))]
    pub image: Vec<PinDocument>,
}

/// One pin.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PinDocument {
    /// The image's name in the config.
    pub name: String,
    /// The repository, with its registry: `docker.io/library/nginx`.
    pub image: String,
    /// The canonical text of the effective policy.
    pub policy: String,
    /// The chosen tag.
    #[cfg_attr(
        test,
        schemars(regex(pattern = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"))
    )]
    pub tag: String,
    /// The digest; that of the index, if there is one.
    #[cfg_attr(
        test,
        schemars(regex(
            pattern = r"^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$"
        ))
    )]
    pub digest: String,
    /// The digests of the platforms.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub platforms: BTreeMap<String, String>,
}

impl From<&Lock> for LockDocument {
    fn from(lock: &Lock) -> Self {
        let image = lock.images.iter().map(|entry| PinDocument {
            name: entry.name.clone(),
            image: entry.image.to_string(),
            policy: entry.policy.clone(),
            tag: entry.tag.to_string(),
            digest: entry.digest.to_string(),
            platforms: entry
                .platforms
                .iter()
                .map(|(platform, digest)| (platform.to_string(), digest.to_string()))
                .collect(),
        });
        Self {
            version: VERSION,
            image: image.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::sample;
    use super::*;
    use crate::generated;
    use crate::lock::{SCHEMA, write};

    #[test]
    fn the_schema_is_that_of_the_types() {
        generated::assert_schema::<LockDocument>("schema/lock.schema.json", SCHEMA, "lock");
    }

    #[test]
    fn the_schema_takes_the_file_and_its_json() {
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let lock = sample();
        let from_file: serde_json::Value = toml::from_str(&write(&lock)).unwrap();
        let from_document = serde_json::to_value(LockDocument::from(&lock)).unwrap();
        assert_eq!(from_file, from_document);
        assert!(validator.is_valid(&from_file));
        assert!(!validator.is_valid(&serde_json::json!({"version": 1, "image": [{"name": "x"}]})));
    }
}
