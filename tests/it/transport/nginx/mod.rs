//! A real nginx in front of registries: TLS, HTTP/2, client certificates, redirects, mirrors, limits.

#[cfg(feature = "cli")]
mod limits;
mod mirrors;
#[cfg(feature = "cli")]
mod refusals;
#[cfg(feature = "cli")]
mod whole;
