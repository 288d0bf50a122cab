//! The tests of whole parts and of the whole program, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(feature = "embedded")]
mod answers;
#[cfg(feature = "cli")]
mod auth_status;
#[cfg(feature = "cli")]
mod bad_credentials;
#[cfg(feature = "cli")]
mod bad_input;
#[cfg(feature = "cli")]
mod cache;
#[cfg(feature = "cli")]
mod canary;
#[cfg(all(feature = "clouds", feature = "embedded"))]
mod clouds;
#[cfg(feature = "cli")]
mod commands;
mod config_formats;
mod config_policies;
mod config_problems;
mod config_spans;
mod constraints;
#[cfg(feature = "embedded")]
mod embedded;
#[cfg(feature = "cli")]
mod end_to_end;
#[cfg(feature = "embedded")]
mod examples;
#[cfg(feature = "cli")]
mod explain;
#[cfg(all(target_os = "linux", feature = "cli", feature = "embedded"))]
mod faults;
mod guide;
#[cfg(feature = "cli")]
mod import;
#[cfg(feature = "embedded")]
mod inspect;
mod layers;
#[cfg(feature = "embedded")]
mod lock_merge;
#[cfg(feature = "embedded")]
mod newest_build;
#[cfg(feature = "cli")]
mod pick;
mod policies;
#[cfg(feature = "cli")]
mod pre_commit;
mod references;
#[cfg(feature = "embedded")]
mod registry;
#[cfg(feature = "embedded")]
mod resolve;
#[cfg(feature = "cli")]
mod shards;
mod sources;
#[cfg(feature = "cli")]
mod state;
#[cfg(feature = "cli")]
mod steering;
#[cfg(feature = "cli")]
mod strategies_end_to_end;
mod support;
#[cfg(feature = "embedded")]
mod token_server;
#[cfg(feature = "embedded")]
mod transport;
#[cfg(feature = "cli")]
mod workflows;
