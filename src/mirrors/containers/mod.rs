//! `registries.conf`, format 2, of Podman, Buildah, Skopeo and CRI-O (containers-registries.conf(5)).
//!
//! Of its tables `[[registry]]` are read, with their mirrors; short names and credential helpers are not.

mod files;
mod table;

pub use files::read;
