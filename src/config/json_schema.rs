//! The parts of the schema that do not come from the types as they are.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::values::OneOrMany;
use crate::tag::Evidence;

/// Makes the schema of an optional key the schema of its value: a key can be left out, and
/// there is no null. Sizes of numbers are no concern of a reader.
pub(super) fn absent_is_not_null(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties
        .into_iter()
        .flat_map(|properties| properties.values_mut())
    {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        property.remove("format");
        property.remove("default");
        if let Some(Value::Array(types)) = property.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = &types[..] {
                let only = only.clone();
                property.insert("type".into(), only);
            }
        }
        let is_optional = |branches: &Value| {
            let mut branches = branches.as_array().into_iter().flatten();
            branches.any(|branch| branch["type"] == "null")
        };
        if property.get("anyOf").is_some_and(is_optional)
            && let Some(Value::Array(branches)) = property.remove("anyOf")
        {
            for branch in branches {
                if let Some(reference) = branch.get("$ref") {
                    property.insert("$ref".into(), reference.clone());
                }
            }
        }
    }
}

/// A length of time, or `false`. `true` has no meaning; the second pass reports it.
pub(super) struct Cooldown;

/// All or none, or those with one of some identifiers.
pub(super) struct PrereleaseChoice;

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One string, or a list of them.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}

impl JsonSchema for Cooldown {
    fn schema_name() -> Cow<'static, str> {
        "Cooldown".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time, or `false`.",
            "anyOf": [{ "type": "string" }, { "type": "boolean", "const": false }]
        })
    }
}

impl JsonSchema for PrereleaseChoice {
    fn schema_name() -> Cow<'static, str> {
        "PrereleaseChoice".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "All or none, or a list of identifiers.",
            "anyOf": [
                { "type": "boolean" },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}

/// Returns the schema of one kind of evidence, or a list of them.
pub(super) fn age_evidence(_: &mut SchemaGenerator) -> Schema {
    let names = Evidence::NAMES.map(|(name, _)| name);
    json_schema!({
        "anyOf": [
            { "type": "string", "enum": names },
            { "type": "array", "items": { "type": "string", "enum": names } }
        ]
    })
}
