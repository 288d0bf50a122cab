//! The options as they are written: these types and their doc comments are their part of the schema.
//!
//! Nothing is read into them. Which option has which value is told by
//! [`PolicyOption`](crate::policy::PolicyOption), and a test holds the two together.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::json_schema::{self, Cooldown, PrereleaseChoice};
use super::values::OneOrMany;

/// Options for all images.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the schema is made of it")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", transform = json_schema::absent_is_not_null)]
pub(super) struct Defaults {
    /// What a tag must end with, such as `-alpine`, or a glob such as `-debian-*-r*`. It is no part
    /// of the version.
    pub(super) suffix: Option<String>,
    /// Only tags that match one of these patterns are considered: `regexp:RE`, `glob:G`, a bare
    /// word (a glob), or `any`.
    pub(super) allow_tags: Option<OneOrMany>,
    /// Tags that match one of these patterns are not considered.
    pub(super) ignore_tags: Option<OneOrMany>,
    /// Whether pre-releases such as `1.28.0-rc.1` are considered, or which: `["rc"]`. Without it
    /// the constraint decides: they are where it names one.
    pub(super) prerelease: Option<PrereleaseChoice>,
    /// How far from the pin a new one may be: `patch` keeps the first two numbers of its version,
    /// `minor` the first, `major` none.
    #[schemars(extend("enum" = ["patch", "minor", "major"]))]
    pub(super) level: Option<String>,
    /// The platforms that must be there and are recorded: `linux/amd64`, `linux/arm/v7`, or a Windows build,
    /// `windows(10.0.20348)/amd64`. Without it all platforms are recorded and none is required.
    pub(super) platforms: Option<OneOrMany>,
    /// How old a tag must be before a pin moves to it: `3 days`, `36h`, `P3D`.
    pub(super) cooldown: Option<Cooldown>,
    /// Whose word on a tag's age counts, the first that knows it: `registry`, `transparency-log`,
    /// `observed`, `publisher`. Without it all but `publisher`.
    #[schemars(default, schema_with = "json_schema::age_evidence")]
    pub(super) age_evidence: Option<OneOrMany>,
    /// What happens to a tag whose age nobody knows: it is held back, taken with a warning
    /// (`warn`, also without this option), or taken.
    #[schemars(extend("enum" = ["hold", "warn", "allow"]))]
    pub(super) on_missing_age: Option<String>,
    /// Whether a tag must name one digest for ever. A tag that moved is an error.
    pub(super) immutable: Option<bool>,
    /// Whether the pin follows when its tag names another digest: `always`, `rebuild-only` if one
    /// of its platforms changed, or `never`. Without it `always`.
    #[schemars(extend("enum" = ["always", "rebuild-only", "never"]))]
    pub(super) digest_updates: Option<String>,
    /// Whether a tag below the pinned one may be taken.
    pub(super) allow_downgrade: Option<bool>,
}

/// What of a tag the strategy works on.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the schema is made of it")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", rename = "Extract")]
pub(super) struct ExtractTable {
    /// A regular expression, searched for anywhere in the tag: `^main-(?P<n>\d+)$`. Tags without
    /// a match are not considered.
    pub(super) pattern: String,
    /// The text to work on, made of the pattern's groups: `$n`, `${n}`, `$1`; `$$` is a dollar sign.
    pub(super) value: String,
}

/// The policy of one image.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the schema is made of it")]
#[schemars(deny_unknown_fields, rename_all = "kebab-case", transform = json_schema::absent_is_not_null)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are the options of the config"
)]
pub(super) struct Image {
    /// The image, without tag and digest: `nginx`, `ghcr.io/acme/api`. Without it the entry's name.
    pub(super) image: Option<String>,
    /// How the tags are ordered. `tag` implies `digest`, all else `semver`.
    #[schemars(extend("enum" = [
        "semver", "calver", "numerical", "alphabetical", "newest-build", "digest"
    ]))]
    pub(super) strategy: Option<String>,
    /// The versions that are allowed: `^1.27`, `1.x || >=3`, `~2.4`; with `calver` `>=2024.04`.
    /// Without it all are.
    pub(super) constraint: Option<String>,
    /// The one tag to follow: `12-slim`.
    pub(super) tag: Option<String>,
    /// How versions of the strategy `calver` are written: `YYYY.0M.MICRO`, `YY.MM-MODIFIER`.
    pub(super) scheme: Option<String>,
    /// Which end of a numerical or an alphabetical order is taken: the highest (`asc`, as without
    /// this option) or the lowest (`desc`).
    #[schemars(extend("enum" = ["asc", "desc"]))]
    pub(super) order: Option<String>,
    /// What of a tag the strategy works on.
    pub(super) extract: Option<ExtractTable>,
    /// What a tag must end with, such as `-alpine`, or a glob such as `-debian-*-r*`. It is no part
    /// of the version. The empty string turns a default off.
    pub(super) suffix: Option<String>,
    /// Only tags that match one of these patterns are considered: `regexp:RE`, `glob:G`, a bare
    /// word (a glob), or `any`.
    pub(super) allow_tags: Option<OneOrMany>,
    /// Tags that match one of these patterns are not considered.
    pub(super) ignore_tags: Option<OneOrMany>,
    /// Whether pre-releases such as `1.28.0-rc.1` are considered, or which: `["rc"]`. Without it
    /// the constraint decides: they are where it names one.
    pub(super) prerelease: Option<PrereleaseChoice>,
    /// How far from the pin a new one may be: `patch` keeps the first two numbers of its version,
    /// `minor` the first, `major` none.
    #[schemars(extend("enum" = ["patch", "minor", "major"]))]
    pub(super) level: Option<String>,
    /// The platforms that must be there and are recorded: `linux/amd64`, `linux/arm/v7`, or a Windows build,
    /// `windows(10.0.20348)/amd64`. Without it all platforms are recorded and none is required.
    pub(super) platforms: Option<OneOrMany>,
    /// How old a tag must be before a pin moves to it: `3 days`, `36h`, `P3D`. `false` turns a default
    /// off.
    pub(super) cooldown: Option<Cooldown>,
    /// Whose word on a tag's age counts, the first that knows it: `registry`, `transparency-log`,
    /// `observed`, `publisher`. Without it all but `publisher`.
    #[schemars(default, schema_with = "json_schema::age_evidence")]
    pub(super) age_evidence: Option<OneOrMany>,
    /// What happens to a tag whose age nobody knows: it is held back, taken with a warning
    /// (`warn`, also without this option), or taken.
    #[schemars(extend("enum" = ["hold", "warn", "allow"]))]
    pub(super) on_missing_age: Option<String>,
    /// Whether a tag must name one digest for ever. A tag that moved is an error.
    pub(super) immutable: Option<bool>,
    /// Whether the pin follows when its tag names another digest: `always`, `rebuild-only` if one
    /// of its platforms changed, or `never`. Without it `always`.
    #[schemars(extend("enum" = ["always", "rebuild-only", "never"]))]
    pub(super) digest_updates: Option<String>,
    /// Whether a tag below the pinned one may be taken.
    pub(super) allow_downgrade: Option<bool>,
    /// The name of a group of images, to name them together.
    pub(super) group: Option<String>,
    /// Whether all members of the group have one version, and move together or not at all.
    pub(super) same_version: Option<bool>,
}

/// One image: the constraint of the strategy `semver`, or a table of options.
pub(super) struct ImageEntry;

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
