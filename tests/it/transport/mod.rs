//! How registries are reached: TLS, proxies, mirrors, deadlines.

mod certificates;
#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "cli")]
mod hostile;
mod identities;
#[cfg(feature = "cli")]
mod ipv6;
#[cfg(feature = "cli")]
mod mirror_files;
#[cfg(feature = "cli")]
mod mirror_folders;
mod mirror_safety;
mod mirrors;
mod nginx;
#[cfg(feature = "cli")]
mod program;
mod proxies;
#[cfg(all(unix, feature = "cli"))]
mod squid;
mod support;
