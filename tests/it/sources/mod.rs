//! Policies beside the workloads: what manifests say, and what a user reads about mistakes in them.

mod argocd;
#[cfg(feature = "cli")]
mod commands;
mod files;
mod mistakes;
mod support;
mod workloads;
