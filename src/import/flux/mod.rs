//! Policies of [Flux](https://fluxcd.io/flux/components/image/): `ImagePolicy` and the `ImageRepository` that
//! each refers to, as of version 1.2 of its image reflector.
//!
//! ```
//! use imagelock::import::{ManifestFile, flux};
//! use imagelock::policy::PolicyOption;
//!
//! let text = "
//! apiVersion: image.toolkit.fluxcd.io/v1
//! kind: ImageRepository
//! metadata: { name: podinfo }
//! spec: { image: ghcr.io/stefanprodan/podinfo, interval: 5m }
//! ---
//! apiVersion: image.toolkit.fluxcd.io/v1
//! kind: ImagePolicy
//! metadata: { name: podinfo }
//! spec:
//!   imageRepositoryRef: { name: podinfo }
//!   policy: { numerical: { order: desc } }
//! ";
//! let collection = flux::collect(&[ManifestFile::new("podinfo.yaml", text)]).unwrap();
//! assert_eq!(collection.images[0].name, "podinfo");
//! assert_eq!(collection.images[0].image, "ghcr.io/stefanprodan/podinfo");
//! let order = collection.images[0].options.text(PolicyOption::Order).unwrap();
//! assert_eq!(order.value, "desc");
//! ```
//!
//! # What becomes what
//!
//! | there | here |
//! | --- | --- |
//! | the name of the `ImagePolicy` | the entry's name |
//! | `image` of the `ImageRepository` | `image` |
//! | `semver.range` | `constraint`, and in `ignore-tags` the tags with fewer than two dots, which Flux passes over |
//! | `alphabetical`, `numerical`, their `order` | `strategy`; `order` if it is `desc` |
//! | `filterTags.pattern` alone | `allow-tags` with `regexp:` |
//! | `filterTags.pattern` and `extract` | `extract`, without references to groups that do not exist |
//! | `exclusionList` | `ignore-tags` with `regexp:`; the default is left out, as signatures are never images here |
//! | `digestReflectionPolicy: IfNotPresent` | `digest-updates = "never"` |
//! | `digestReflectionPolicy: Always` | nothing: that is the default |
//!
//! Intervals and timeouts are left out without a word: imagelock looks when it is run. A policy with
//! which Flux never chooses a tag gets `ignore-tags = "*"`, and a warning.

mod collect;
mod policy;
mod repository;

pub use collect::{MARK, collect};
