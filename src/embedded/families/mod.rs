//! Registries as people have them: each family's ways, told by behaviours and rules of access alone.
//!
//! A [`Profile`] makes an embedded registry behave like one of them: how it asks for proof, what its
//! tokens look like, how it divides lists into pages, what it says of what is not there and of too
//! many requests. Every mechanism is one that any registry can be given by hand; only its choice is a
//! family's.

mod amazon_ecr;
mod artifactory;
mod azure_acr;
mod distribution;
mod docker_hub;
mod ghcr;
mod gitea_forgejo;
mod gitlab;
mod google;
mod harbor;
mod nexus;
mod profile;
mod quay;
mod registry_k8s_io;
mod zot;

pub use profile::Profile;
