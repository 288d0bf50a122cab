use std::sync::LazyLock;

use jsonschema::Validator;

/// The JSON Schema of the config, draft 2020-12.
pub const SCHEMA: &str = include_str!("../../schema/images.schema.json");

/// The schema as a document, to look up what is known where.
pub(super) static DOCUMENT: LazyLock<serde_json::Value> = LazyLock::new(|| {
    serde_json::from_str(SCHEMA).expect("invariant: a test holds the shipped schema to be JSON")
});

/// The schema, ready to check configs.
pub(super) static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .build(&DOCUMENT)
        .expect("invariant: a test holds the shipped schema to be one")
});

/// Returns the keys that are known at a place, in the order of the schema.
///
/// A place is a path of the config, with any host and any image's name in it.
pub(super) fn known_keys<S: AsRef<str>>(path: &[S]) -> Vec<&'static str> {
    let steps: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    let properties = match steps[..] {
        [] => DOCUMENT.pointer("/properties"),
        ["defaults"] => DOCUMENT.pointer("/$defs/Defaults/properties"),
        ["registries", _] => DOCUMENT.pointer("/$defs/Registry/properties"),
        ["registries", _, "auth"] => DOCUMENT.pointer("/$defs/Auth/properties"),
        ["registries", _, "mirrors", _] => DOCUMENT.pointer("/$defs/Mirror/properties"),
        ["sources"] => DOCUMENT.pointer("/$defs/Sources/properties"),
        ["images", _] => DOCUMENT.pointer("/$defs/Image/properties"),
        ["images", _, "extract"] => DOCUMENT.pointer("/$defs/Extract/properties"),
        _ => None,
    };
    properties
        .and_then(serde_json::Value::as_object)
        .map(|properties| {
            properties
                .keys()
                .map(String::as_str)
                .filter(|key| !key.starts_with('$'))
                .collect()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::config::model::ConfigFile;
    use crate::generated;

    #[test]
    fn the_schema_is_the_one_of_the_types() {
        generated::assert_schema::<ConfigFile>("schema/images.schema.json", SCHEMA, "images");
    }

    #[test]
    fn the_schema_is_valid_and_every_part_is_described() {
        assert!(jsonschema::meta::is_valid(&DOCUMENT));
        assert!(VALIDATOR.is_valid(&serde_json::json!({ "version": 1 })));
        for path in [
            &[][..],
            &["defaults"],
            &["registries", "a"],
            &["registries", "a", "auth"],
            &["registries", "a", "mirrors", "0"],
            &["sources"],
            &["images", "a"],
            &["images", "a", "extract"],
        ] {
            assert!(!known_keys(path).is_empty(), "{path:?}");
        }
        for pointer in [
            "/properties",
            "/$defs/Image/properties",
            "/$defs/Extract/properties",
            "/$defs/Sources/properties",
            "/$defs/Registry/properties",
            "/$defs/Auth/properties",
            "/$defs/Mirror/properties",
            "/$defs/Defaults/properties",
        ] {
            let properties = DOCUMENT.pointer(pointer).unwrap().as_object().unwrap();
            for (key, schema) in properties {
                assert!(schema.get("description").is_some(), "{pointer}/{key}");
            }
        }
    }

    /// Makes a value for an option: often of the right type, sometimes not.
    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => "[a-z]{0,3}".prop_map(Value::from),
            1 => any::<bool>().prop_map(Value::from),
            1 => (-1..300_i64).prop_map(Value::from),
            1 => Just(Value::Null),
            1 => prop::collection::vec("[a-z]{0,3}", 0..3).prop_map(Value::from),
            1 => Just(json!([1])),
            1 => Just(json!({ "env": "A" })),
            1 => Just(json!("anonymous")),
            1 => Just(json!([{ "location": "a.io" }])),
            1 => Just(json!({ "pattern": "a", "value": "b" })),
            1 => prop::sample::select(&["minor", "never", "hold", "registry", "desc"][..]).prop_map(Value::from),
            1 => Just(json!({})),
        ]
    }

    fn table(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
        prop::collection::vec((prop::sample::select(keys), value()), 0..3).prop_map(|entries| {
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key.to_string(), value));
            Value::Object(entries.collect::<Map<_, _>>())
        })
    }

    fn config() -> impl Strategy<Value = Value> {
        let image = prop_oneof![
            2 => table(&[
                "image", "constraint", "tag", "suffix", "allow-tags", "prerelease", "platforms", "other",
                "extract", "level", "order", "cooldown", "age-evidence", "digest-updates", "same-version",
            ]),
            1 => value(),
        ];
        let registry = table(&[
            "auth",
            "concurrency",
            "plain-http",
            "mirrors",
            "proxy",
            "token-realms",
            "other",
        ]);
        let defaults = table(&[
            "suffix",
            "ignore-tags",
            "prerelease",
            "tag",
            "cooldown",
            "on-missing-age",
        ]);
        (image, registry, defaults).prop_map(|(image, registry, defaults)| {
            json!({
                "version": 1,
                "defaults": defaults,
                "registries": { "a": registry },
                "images": { "a": image }
            })
        })
    }

    /// Options whose words the second pass knows, or that serde reads from a list too.
    const WORDS: [&str; 7] = [
        "level",
        "order",
        "on-missing-age",
        "digest-updates",
        "age-evidence",
        "cooldown",
        "extract",
    ];

    proptest! {
        /// What has the shape of the schema can be read. The reverse does not hold: the schema also
        /// has ranges and words, knows no null, and knows only some words.
        #[test]
        fn what_the_schema_allows_can_be_read(config in config()) {
            if VALIDATOR.is_valid(&config) {
                let read = serde_json::from_value::<ConfigFile>(config.clone());
                prop_assert!(read.is_ok(), "{config}: {read:?}");
            } else if serde_json::from_value::<ConfigFile>(config.clone()).is_ok() {
                let text = config.to_string();
                let concurrency = &config["registries"]["a"]["concurrency"];
                let is_out_of_range = concurrency.as_i64().is_some_and(|number| !(1..=256).contains(&number));
                let registry = &config["registries"]["a"];
                let is_other_word = registry["auth"].is_string() || registry["proxy"].is_boolean();
                let tables = [&config["defaults"], &config["images"]["a"]];
                let has_words = WORDS.iter().any(|key| tables.iter().any(|table| table.get(key).is_some()));
                prop_assert!(text.contains("null") || is_out_of_range || is_other_word || has_words, "{config}");
            }
        }
    }
}
