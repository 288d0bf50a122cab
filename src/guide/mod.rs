//! The guide: one page a strategy, then filters, guards, registries, and other tools.
//!
//! The pages are Markdown files beside this one, written to be read in a repository as well. Every
//! config on them is read, and every choice made, by a test.
//!
//! - Strategies: [`semver`], [`calver`], [`numerical`], [`alphabetical`], [`newest_build`], [`digest`].
//! - [`filters`]: which tags are considered. [`moving`]: when a pin moves.
//! - [`well_known_images`]: a policy for each of thirty images, to copy.
//! - [`kubernetes`]: policies beside the workloads. [`importing`]: policies of other tools.
//! - [`clouds`]: logging in to the registries of Amazon, Google and Azure.
//! - [`credentials`]: where they come from. [`what_is_sent`]: and who gets to see what.
//! - [`registries`]: a page for each registry family, with the table to write.
//! - [`mirrors_and_proxies`]: other places to ask, certificates, and how long it may take.
//! - [`inspecting`]: looking into registries, and what is wrong with one.
//! - [`figures`]: what a run costs, before and after it.
//! - [`shards`]: a run that is divided among machines.
//! - [`differences`]: where Argo CD Image Updater, Flux and Renovate do otherwise.

mod pages;
pub mod registries;

pub use pages::{
    alphabetical, calver, clouds, credentials, differences, digest, figures, filters, importing,
    inspecting, kubernetes, mirrors_and_proxies, moving, newest_build, numerical, semver, shards,
    well_known_images, what_is_sent,
};
