//! Policies that stand beside the workloads that they are about, in Kubernetes manifests.
//!
//! Files are found and read, split into documents, and searched for annotations. What they say becomes
//! entries in the form of the config's `[images]`, which the config's own reader checks.

mod annotations;
mod argocd;
mod collector;
mod files;
mod glob;
mod manifest;
mod option;
mod walk;

pub(super) use collector::ImageNames;
pub(super) use files::{ManifestFiles, globs, read as read_files};
pub(super) use manifest::read as read_manifest;
