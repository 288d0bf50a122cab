//! What the end-to-end tests share: a real registry, and a place to run the program in.

#[cfg(feature = "embedded")]
pub(crate) mod apart;
#[cfg(feature = "embedded")]
pub(crate) mod distribution;
#[cfg(feature = "embedded")]
pub(crate) mod documents;
#[cfg(feature = "embedded")]
pub(crate) mod nginx;
#[cfg(feature = "embedded")]
pub(crate) mod pki;
#[cfg(feature = "embedded")]
pub(crate) mod programs;
#[cfg(feature = "embedded")]
pub(crate) mod proxy;
#[cfg(feature = "cli")]
pub(crate) mod sandbox;
#[cfg(feature = "cli")]
pub(crate) mod schemas;
#[cfg(feature = "embedded")]
pub(crate) mod service;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod squid;
pub(crate) mod tag_lists;
#[cfg(feature = "embedded")]
pub(crate) mod tls_front;
