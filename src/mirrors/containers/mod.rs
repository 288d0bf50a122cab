//! `registries.conf`, format 2, of Podman, Buildah, Skopeo and CRI-O (containers-registries.conf(5)).
//!
//! Its tables `[[registry]]` are read, with their mirrors, and `credential-helpers`; short names are not.

mod files;
mod table;

pub use files::{AUTH_FILES, read};
