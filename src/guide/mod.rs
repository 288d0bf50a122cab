//! The guide: a page for each strategy, then filters, safeguards, registries and other tools.
//!
//! The pages are Markdown files next to this one, which you can also read in the repository. A test reads every
//! config on them and verifies every choice.
//!
//! - Strategies: [`semver`], [`calver`], [`numerical`], [`alphabetical`], [`newest_build`], [`digest`].
//! - [`filters`]: which tags are considered. [`moving`]: when a pin moves.
//! - [`well_known_images`]: a policy for each of thirty images, to copy.
//! - [`kubernetes`]: policies next to the workloads. [`importing`]: policies of other tools.
//! - [`clouds`]: logging in to the registries of Amazon, Google and Azure.
//! - [`credentials`]: where they come from. [`what_is_sent`]: what each host receives.
//! - [`registries`]: a page for each registry family, with the configuration to write.
//! - [`mirrors_and_proxies`]: mirrors, proxies, certificates and time limits.
//! - [`inspecting`]: inspecting and diagnosing registries.
//! - [`figures`]: the cost of a run, before and after it.
//! - [`shards`]: sharded runs.
//! - [`differences`]: differences from Argo CD Image Updater, Flux and Renovate.

mod pages;
pub mod registries;

pub use pages::{
    alphabetical, calver, clouds, credentials, differences, digest, figures, filters, importing,
    inspecting, kubernetes, mirrors_and_proxies, moving, newest_build, numerical, semver, shards,
    well_known_images, what_is_sent,
};
