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
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::config::model::ConfigFile;
    use crate::config::{Format, SourceFile, option_table, syntax};
    use crate::generated;
    use crate::policy::{ExtractPart, OptionValue, Options, PolicyOption, ValueShape};

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

    /// The options of a table, as they are read.
    fn options(table: &Value) -> Options {
        let source = SourceFile::new("images.json", &table.to_string(), Format::Json);
        option_table::read(&syntax::parse(&source).unwrap().root, table)
    }

    fn has_shape(option: PolicyOption, value: &OptionValue) -> bool {
        use {OptionValue as Value, ValueShape as Shape};
        match (option.shape(), value) {
            (Shape::Text, Value::Text(_))
            | (Shape::Switch, Value::Bool(_))
            | (Shape::List, Value::Text(_) | Value::List(_))
            | (Shape::SwitchOrList, Value::Bool(_) | Value::List(_))
            | (Shape::TextOrOff, Value::Text(_) | Value::Bool(false)) => true,
            (Shape::Extract, Value::Extract(parts)) => parts.len() == 2,
            _ => false,
        }
    }

    #[test]
    fn the_options_of_the_schema_are_those_of_policies() {
        let options: BTreeSet<_> = PolicyOption::all().map(PolicyOption::as_str).collect();
        let known = known_keys(&["images", "a"]);
        let keys: BTreeSet<_> = known.into_iter().filter(|key| *key != "image").collect();
        assert_eq!(options, keys);
        for option in PolicyOption::all() {
            let schema = &DOCUMENT["$defs"]["Image"]["properties"][option.as_str()];
            let shape = match (schema["type"].as_str(), schema["$ref"].as_str()) {
                (Some("string"), _) => ValueShape::Text,
                (Some("boolean"), _) => ValueShape::Switch,
                (_, Some("#/$defs/OneOrMany")) => ValueShape::List,
                (_, Some("#/$defs/PrereleaseChoice")) => ValueShape::SwitchOrList,
                (_, Some("#/$defs/Cooldown")) => ValueShape::TextOrOff,
                _ if option == PolicyOption::AgeEvidence => ValueShape::List,
                _ => ValueShape::Extract,
            };
            assert_eq!(option.shape(), shape, "{option}");
        }
        let parts = [ExtractPart::Pattern, ExtractPart::Value].map(ExtractPart::as_str);
        assert_eq!(known_keys(&["images", "a", "extract"]), parts);
    }

    proptest! {
        /// What has the shape of the schema can be read, and every option has the value that its readers want.
        #[test]
        fn what_the_schema_allows_can_be_read(config in config()) {
            if VALIDATOR.is_valid(&config) {
                let read = serde_json::from_value::<ConfigFile>(config.clone());
                prop_assert!(read.is_ok(), "{config}: {read:?}");
                for table in [&config["defaults"], &config["images"]["a"]] {
                    for (key, _) in table.as_object().into_iter().flatten() {
                        let Some(option) = PolicyOption::named(key) else {
                            continue;
                        };
                        let options = options(table);
                        let value = options.value(option).map(|value| &value.value);
                        prop_assert!(value.is_some_and(|value| has_shape(option, value)), "{config}: {value:?}");
                    }
                }
            }
        }

        /// Of registries the reverse holds too, but for ranges and words.
        #[test]
        fn what_the_schema_refuses_cannot_be_read(config in config()) {
            let registries = json!({ "version": 1, "registries": config["registries"] });
            let can_be_read = serde_json::from_value::<ConfigFile>(registries.clone()).is_ok();
            if !VALIDATOR.is_valid(&registries) && can_be_read {
                let registry = &registries["registries"]["a"];
                let is_out_of_range = registry["concurrency"].as_i64().is_some_and(|number| !(1..=256).contains(&number));
                let is_other_word = registry["auth"].is_string() || registry["proxy"].is_boolean();
                let has_null = registries.to_string().contains("null");
                prop_assert!(has_null || is_out_of_range || is_other_word, "{registries}");
            }
        }
    }
}
