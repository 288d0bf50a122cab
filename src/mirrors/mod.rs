//! Reads what other tools' files say of mirrors, and of how registries are reached.
//!
//! They are settings of a machine, so they are followed only when that is asked for. Text comes in, values
//! go out: which registries have which mirrors, in which order, and what each place is believed about.
//!
//! - [`containers`]: `registries.conf` of Podman, Buildah, Skopeo and CRI-O, format 2.
//! - [`containerd`]: `hosts.toml` of containerd, one file a registry.
//! - [`docker`]: `daemon.json` of Docker.
//!
//! A mirror is believed about tags only where the file says so in so many words. The tools themselves do
//! so where it is silent: they pull what runs now. A lock is a record of what the registry says.
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
