//! Registries' own interfaces that tell digests and times of many tags at once, in the shapes that their
//! makers document.

mod amazon_ecr;
mod answer;
mod azure_acr;
mod docker_hub;
mod gitlab;
mod harbor;
mod interface;
mod quay;
mod route;
mod rows;
mod zot;

pub(super) use amazon_ecr::is_login;
pub(super) use answer::{Ask, answer};
pub use interface::Interface;
pub(super) use route::route;
