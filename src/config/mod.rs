//! From the text of a config to a [`Config`] that has passed every check.
//!
//! `images.toml`, `images.yaml` and `images.json` follow the same schema ([`SCHEMA`]). A config is
//! checked in two passes, shape and meaning, and one run reports every problem: each a
//! [`Diagnostic`](crate::error::Diagnostic) with its place and what to write instead.
//!
//! ```
//! use imagelock::config::{Format, SourceFile, parse};
//!
//! let text = r#"
//! version = 1
//!
//! [defaults]
//! platforms = ["linux/amd64"]
//!
//! [images]
//! nginx = "^1.27"
//! base  = { image = "debian", tag = "12-slim" }
//! "#;
//! let config = parse(&SourceFile::new("images.toml", text, Format::Toml)).unwrap();
//! let [base, nginx] = &config.images[..] else { panic!() };
//! assert_eq!(base.policy_text(), "digest 12-slim platforms=linux/amd64");
//! assert_eq!(nginx.repository.to_string(), "docker.io/library/nginx");
//!
//! let wrong = SourceFile::new("images.toml", "version = 1\nimagse = {}\n", Format::Toml);
//! let problems = parse(&wrong).unwrap_err();
//! assert_eq!(problems[0].help, ["did you mean `images`?"]);
//! ```
//!
//! # Images and their defaults
//!
//! - A string is the constraint of the strategy `semver`; `tag` implies the strategy `digest`. With
//!   neither constraint nor tag, every version is allowed (`*`).
//! - `image` defaults to the entry's name, with the defaults of Docker Hub.
//! - `strategy` says how the tags are ordered; without it, it is `semver`. Options that have no effect with
//!   an image's strategy, and those that contradict each other, are errors on the image itself.
//! - An image's own option takes the place of the one in `[defaults]`, lists as a whole: an empty list
//!   turns a default list off, `suffix = ""` a default suffix, and `cooldown = false` a default cooldown.
//! - A default that does not go with an image's strategy is left out for that image: a default suffix
//!   says nothing about an image that follows one tag. Of `immutable` and `digest-updates`, the one that
//!   stands on the image goes before the other as a default.
//! - Lengths of time are read by [`parse_duration`].
//! - `group` names images together ([`Config::group_members`]). With `same-version = true`, which all of its
//!   members must have, they have one version and one strategy.
//!
//! # Policies beside workloads
//!
//! `[sources] kubernetes` names manifests, from the config's folder and never out of it. [`load`] reads them,
//! [`parse`] does not.
//!
//! - `imagelock/<container>.<option>` is an annotation of a workload or of its pod template, for any object with
//!   a pod template and for pods. The options are those of `[images]` as strings: lists have commas between their
//!   items (`regexp:` takes all that follows it), tables are `extract.pattern` and `extract.value`.
//! - The container says which image it is; its tag and its digest play no part. Containers without an annotation
//!   are no images.
//! - An image is called `<workload>-<container>`; `imagelock/<container>.name` gives it another name.
//! - On an `Application` of Argo CD, the annotations of Argo CD Image Updater are read as
//!   [`import`](crate::import::argocd_image_updater) reads them. The images are called `<application>-<alias>`,
//!   or `<application>-<last part of the repository>`.
//! - Annotations with an unknown option are [`Config::warnings`]: manifests may hold keys of others. All else that
//!   is wrong is an error, at its place in the manifest.
//! - `[defaults]` holds for these images as well, and no two images have one name.
//!
//! # Registries
//!
//! - A key of `[registries]` is a host, or a host and a path. Of the tables that fit a repository, the one with
//!   the longest path decides about `auth`, and so it does about `mirrors`; all else is a matter of the host.
//! - `auth` names a source of credentials, never a secret. What stands there and is no known word is covered in
//!   messages, and so is every value whose key is named as a secret's is, here and elsewhere.
//! - Files are named from the config's folder. [`parse`] and [`load`] do not read them.
//!
//! # YAML
//!
//! Scalars without quotes are read by the core schema of YAML 1.2. `1.10` is a number there and is
//! refused where a string belongs; so is what YAML 1.1 reads differently (`no`, `2024-01-01`),
//! everywhere. Anchors and aliases work, merge keys (`<<`), tags and several documents do not; in manifests
//! they do.

mod auth_word;
mod cover;
mod defaults;
mod diagnostics;
mod discover;
mod document;
mod first_pass;
mod groups;
mod images;
#[cfg(test)]
mod json_schema;
mod load;
mod locator;
mod model;
mod option_messages;
#[cfg(test)]
mod option_schema;
mod option_table;
mod options;
mod registries;
mod schema;
mod schema_check;
mod schema_violation;
mod settings;
mod shards;
mod source;
mod sources;

mod messages;
pub(crate) mod ties;
mod values;

pub use crate::policy::parse_duration;
pub use crate::syntax::{Format, SourceFile};
pub use discover::{FILE_NAMES, discover};
pub use load::{load, parse};
pub use locator::Locator;
pub use registries::{
    ApiSetting, AuthSettings, FileSetting, MirrorSettings, ProxySettings, RegistrySettings,
};
pub use schema::SCHEMA;
pub use settings::{Config, Group, ImageSpec};
pub use shards::Shard;
