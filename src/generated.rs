//! Files in the repository that are made from the code, and the tests that hold them to it.

use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Compares a committed schema with the one of its types; `UPDATE_GENERATED=1` writes it instead.
pub(crate) fn assert_schema<T: JsonSchema>(path: &str, committed: &str, name: &str) {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>();
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        let id = format!(
            "https://raw.githubusercontent.com/imagelock/imagelock/main/schema/{name}.schema.json"
        );
        object.insert("$id".into(), id.into());
    }
    let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
    #[expect(
        clippy::disallowed_methods,
        reason = "the developer's wish to rewrite generated files"
    )]
    let update = std::env::var_os("UPDATE_GENERATED").is_some();
    if update {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).unwrap();
        return;
    }
    assert_eq!(
        committed.replace("\r\n", "\n"),
        text,
        "{path} is not what the types say; run the tests once with UPDATE_GENERATED=1"
    );
}

/// Requires all keys: in some outputs they are always written, which the types alone do not tell.
pub(crate) fn every_key_is_required(schema: &mut schemars::Schema) {
    let keys: Vec<serde_json::Value> = schema
        .get("properties")
        .and_then(serde_json::Value::as_object)
        .map(|properties| properties.keys().map(|key| key.clone().into()).collect())
        .unwrap_or_default();
    schema.insert("required".into(), keys.into());
}
