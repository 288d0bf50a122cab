//! The config as it is written: these types and their doc comments are the schema.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

/// Policies for container images, from which imagelock writes `images.lock`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "images.toml", rename = "Config", transform = json_schema::absent_is_not_null))]
pub(super) struct ConfigFile {
    /// The schema of this file, for editors. imagelock does not read it.
    #[serde(rename = "$schema")]
    #[expect(dead_code, reason = "only editors read it")]
    pub(super) schema: Option<String>,
    /// The version of the config format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    #[expect(dead_code, reason = "the schema allows a single value")]
    pub(super) version: u32,
    /// Options for all images. An image's own option takes the place of the default.
    ///
    /// An option that does not go with an image's strategy is left out for that image.
    #[serde(default)]
    pub(super) defaults: Defaults,
    /// How to reach and how to treat registries, by host: `"ghcr.io"`, `"localhost:5000"`.
    #[serde(default)]
    pub(super) registries: BTreeMap<String, Registry>,
    /// The images, by name.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("propertyNames" = {
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "maxLength": 128
    })))]
    pub(super) images: BTreeMap<String, ImageEntry>,
}

/// Options for all images.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
pub(super) struct Defaults {
    /// What a tag must end with, such as `-alpine`. It is no part of the version.
    pub(super) suffix: Option<String>,
    /// Only tags that match one of these patterns are considered: `regexp:RE`, `glob:G`, a bare
    /// word (a glob), or `any`.
    pub(super) allow_tags: Option<OneOrMany>,
    /// Tags that match one of these patterns are not considered.
    pub(super) ignore_tags: Option<OneOrMany>,
    /// Whether pre-releases such as `1.28.0-rc.1` are considered. Without it the constraint
    /// decides: they are where it names one.
    pub(super) prerelease: Option<bool>,
    /// The platforms that must be there and are recorded: `linux/amd64`, `linux/arm/v7`. Without
    /// it all platforms are recorded and none is required.
    pub(super) platforms: Option<OneOrMany>,
}

/// How to reach and how to treat one registry.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
pub(super) struct Registry {
    /// Credentials from the environment, in place of those of Docker and Podman.
    pub(super) auth: Option<Auth>,
    /// How many requests may be under way at once.
    #[cfg_attr(test, schemars(range(min = 1, max = 256)))]
    pub(super) concurrency: Option<u16>,
    /// Whether to speak HTTP without TLS. Loopback hosts are spoken to so without being asked.
    pub(super) plain_http: Option<bool>,
}

/// Credentials for one registry. The secret itself never stands in the config.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
pub(super) struct Auth {
    /// The environment variable that holds the password or token.
    #[cfg_attr(test, schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$")))]
    pub(super) env: String,
    /// The user name. Without it the variable holds `user:password`, or a token.
    pub(super) username: Option<String>,
}

/// The policy of one image.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the options of the config"
)]
pub(super) struct Image {
    /// The image, without tag and digest: `nginx`, `ghcr.io/acme/api`. Without it the entry's name.
    pub(super) image: Option<String>,
    /// How the tags are ordered. `tag` implies `digest`, all else `semver`.
    #[cfg_attr(test, schemars(extend("enum" = ["semver", "digest"])))]
    pub(super) strategy: Option<String>,
    /// The versions that are allowed: `^1.27`, `1.x || >=3`, `~2.4`. Without it all are.
    pub(super) constraint: Option<String>,
    /// The one tag to follow: `12-slim`.
    pub(super) tag: Option<String>,
    /// What a tag must end with, such as `-alpine`. It is no part of the version. The empty
    /// string turns a default off.
    pub(super) suffix: Option<String>,
    /// Only tags that match one of these patterns are considered: `regexp:RE`, `glob:G`, a bare
    /// word (a glob), or `any`.
    pub(super) allow_tags: Option<OneOrMany>,
    /// Tags that match one of these patterns are not considered.
    pub(super) ignore_tags: Option<OneOrMany>,
    /// Whether pre-releases such as `1.28.0-rc.1` are considered. Without it the constraint
    /// decides: they are where it names one.
    pub(super) prerelease: Option<bool>,
    /// The platforms that must be there and are recorded: `linux/amd64`, `linux/arm/v7`. Without
    /// it all platforms are recorded and none is required.
    pub(super) platforms: Option<OneOrMany>,
}

/// One image: the constraint of the strategy `semver`, or a table of options.
#[derive(Debug)]
pub(super) enum ImageEntry {
    Constraint(String),
    Table(Box<Image>),
}

/// One string, or a list of them.
#[derive(Debug)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for ImageEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;

        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = ImageEntry;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a version constraint or a table of options")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ImageEntry::Constraint(text.to_string()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(ImageEntry::Constraint(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = Image::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ImageEntry::Table(Box::new(table)))
            }
        }

        deserializer.deserialize_any(EntryVisitor)
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor;

        impl<'de> Visitor<'de> for ManyVisitor {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(OneOrMany::One(text.to_string()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(OneOrMany::One(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(OneOrMany::Many(texts))
            }
        }

        deserializer.deserialize_any(ManyVisitor)
    }
}

#[cfg(test)]
mod json_schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde_json::Value;

    use super::{Image, ImageEntry, OneOrMany};

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
            if let Some(Value::Array(branches)) = property.remove("anyOf") {
                for branch in branches {
                    if let Some(reference) = branch.get("$ref") {
                        property.insert("$ref".into(), reference.clone());
                    }
                }
            }
        }
    }

    impl JsonSchema for ImageEntry {
        fn schema_name() -> Cow<'static, str> {
            "ImageEntry".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let table = generator.subschema_for::<Image>();
            json_schema!({
                "description": "One image: the constraint of the strategy `semver`, or a table of options.",
                "anyOf": [{ "type": "string" }, table]
            })
        }
    }

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
}
