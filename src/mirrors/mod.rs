//! Reads mirrors and registry settings from the files of other tools.
//!
//! These files are settings of a machine, so they are used only on request. The input is text, and the output
//! is values: the mirrors of each registry, their order, and how far each is trusted.
//!
//! - [`containers`]: `registries.conf` of Podman, Buildah, Skopeo and CRI-O, format 2.
//! - [`containerd`]: `hosts.toml` of containerd, one file per registry.
//! - [`docker`]: `daemon.json` of Docker.
//!
//! A mirror is trusted for tags only if the file explicitly enables it. The tools themselves trust it by
//! default, because they pull what runs now. A lock instead records the registry's own answer.
//!
//! ```
//! use imagelock::mirrors::docker;
//!
//! let found = docker::read("daemon.json", r#"{"registry-mirrors": ["https://mirror.example.com"]}"#).unwrap();
//! assert_eq!(found.rules[0].beginning, "docker.io");
//! ```

pub mod containerd;
pub mod containers;
mod cover;
pub mod docker;
mod folder;
mod model;
mod place;
mod table;

pub use model::{AccessRules, HostAccess, MirrorConfig, MirrorLocation, MirrorSource, PrefixRule};
