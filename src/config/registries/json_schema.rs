use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::model::{AuthTable, MirrorTable};
use super::values::{AuthEntry, MirrorEntry, ProxyEntry};
use crate::config::auth_word::AuthWord;

impl JsonSchema for AuthEntry {
    fn schema_name() -> Cow<'static, str> {
        "AuthEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<AuthTable>();
        let words = AuthWord::ALL.map(|(word, _)| word);
        json_schema!({
            "description": "Where credentials come from: `anonymous` is nowhere, `docker` the files and helpers of Docker and Podman, and `aws-ecr`, `google`, `azure` the cloud that this runs in or is configured for; or a table.",
            "anyOf": [{ "type": "string", "enum": words }, table]
        })
    }
}

impl JsonSchema for MirrorEntry {
    fn schema_name() -> Cow<'static, str> {
        "MirrorEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<MirrorTable>();
        json_schema!({
            "description": "A mirror: what takes the place of the registry's host in a reference, or a table.",
            "anyOf": [{ "type": "string" }, table]
        })
    }
}

impl JsonSchema for ProxyEntry {
    fn schema_name() -> Cow<'static, str> {
        "ProxyEntry".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A proxy's URL, such as `http://proxy.example.com:3128`, or `false`.",
            "anyOf": [{ "type": "string" }, { "type": "boolean", "const": false }]
        })
    }
}
