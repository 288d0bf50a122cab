//! The config as it is written: these types and their doc comments are the schema.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::registries::Registry;
use super::values::OneOrMany;
#[cfg(test)]
use super::{json_schema, option_schema};

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
    #[cfg_attr(test, schemars(with = "option_schema::Defaults"))]
    pub(super) defaults: Value,
    /// How to reach and how to treat registries, by host: `"ghcr.io"`, `"localhost:5000"`.
    #[serde(default)]
    pub(super) registries: BTreeMap<String, Registry>,
    /// Files of others in which policies stand beside what they are about.
    #[serde(default)]
    pub(super) sources: Sources,
    /// The images, by name.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("propertyNames" = {
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "maxLength": 128
    }), with = "BTreeMap<String, option_schema::ImageEntry>"))]
    pub(super) images: BTreeMap<String, Value>,
}

/// Files of others in which policies stand beside what they are about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(transform = json_schema::absent_is_not_null))]
pub(super) struct Sources {
    /// Kubernetes manifests with policies in annotations, as globs from the config's folder:
    /// `deploy/**/*.yaml`. `*` and `?` stay within a name, `**` is any number of folders.
    pub(super) kubernetes: Option<OneOrMany>,
}
