//! The registries of Amazon, Google and Azure, with their clouds played by servers on loopback.

mod azure;
#[cfg(feature = "cli")]
mod command;
mod ecr;
mod ecr_sources;
mod failures;
mod google;
mod google_files;
mod moto;
mod profiles;
mod support;
