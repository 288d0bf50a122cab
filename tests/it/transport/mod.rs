//! How registries are reached: TLS, proxies, mirrors, deadlines.

mod certificates;
#[cfg(feature = "cli")]
mod command;
mod identities;
mod mirrors;
mod proxies;
mod support;
