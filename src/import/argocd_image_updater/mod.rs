//! Policies of [Argo CD Image Updater](https://argocd-image-updater.readthedocs.io), as of its release 1.3.
//!
//! [`read_annotations`] takes the annotations of one object, [`image`] one image with the settings
//! that hold for it. Both are pure; what they return is checked by the config's reader.
//!
//! ```
//! use std::collections::BTreeMap;
//! use imagelock::import::argocd_image_updater::read_annotations;
//! use imagelock::policy::PolicyOption;
//!
//! let annotations = [
//!     ("argocd-image-updater.argoproj.io/image-list", "web=nginx:^1.27, ghcr.io/acme/api"),
//!     ("argocd-image-updater.argoproj.io/web.ignore-tags", "*-alpine*"),
//! ];
//! let annotations: BTreeMap<String, String> =
//!     annotations.into_iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
//! let imported = read_annotations(&annotations);
//! let [web, api] = &imported.images[..] else { panic!() };
//! assert_eq!((web.name.as_str(), web.image.as_str()), ("web", "nginx"));
//! assert_eq!(web.options.text(PolicyOption::Constraint).unwrap().value, "^1.27");
//! assert_eq!(web.options.text(PolicyOption::IgnoreTags).unwrap().value, "*-alpine*");
//! assert!(api.name == "api" && api.options.is_empty());
//! ```
//!
//! # What becomes what
//!
//! | there | here |
//! | --- | --- |
//! | `web=nginx:^1.27` in the list of images | the entry `web`, `image = "nginx"`, `constraint = "^1.27"` |
//! | strategy `semver`, or none, or one that does not exist | no `strategy`: `semver` is the default |
//! | `newest-build` (also `latest`), `alphabetical` (also `name`) | `strategy`; a constraint has no effect there and is left out |
//! | `digest` | `tag`; filters that let the tag through have no effect and are left out |
//! | `allow-tags` with `regexp:` | `allow-tags`; `any` is left out |
//! | `ignore-tags` | `ignore-tags`, each glob in our spelling; one that matches no tag is left out |
//! | `platforms` | `platforms` |
//!
//! A policy with which the original never chooses a tag (a constraint or an expression that cannot be
//! read, `digest` without a tag) gets `ignore-tags = "*"`: it chooses nothing here either, and the
//! warning says what to write. Credentials, `force-update` and where the original writes to have no
//! equal: a warning each.

mod annotations;
mod image;
mod item;
mod keys;
mod manifests;
mod resource;

pub use annotations::read_annotations;
pub use image::{Settings, image};
pub use item::Item;
pub use keys::PREFIX;
pub use manifests::{MARK, collect};
