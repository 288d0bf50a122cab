//! How registries are reached: TLS, proxies, mirrors, deadlines.

mod certificates;
#[cfg(feature = "cli")]
mod command;
mod identities;
#[cfg(feature = "cli")]
mod mirror_files;
mod mirror_safety;
mod mirrors;
mod proxies;
mod support;
