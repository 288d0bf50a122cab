//! How registries are reached: TLS, proxies, mirrors, deadlines.

mod certificates;
mod identities;
mod support;
