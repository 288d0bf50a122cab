//! The schemas that the program ships for what it prints.

use serde_json::Value;

use super::sandbox::{Output, Sandbox};

/// Parses what a command printed, and holds it to the schema that the program ships for it.
#[track_caller]
pub(crate) fn follows(sandbox: &Sandbox, output: &Output, schema: &str) -> Value {
    text_follows(sandbox, &output.stdout, schema)
}

/// Parses a document, and holds it to the schema that the program ships for it.
#[track_caller]
pub(crate) fn text_follows(sandbox: &Sandbox, text: &str, schema: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let schema = sandbox.run(["schema", schema]).exits(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {text}");
    value
}
