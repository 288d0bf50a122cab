//! An OCI registry inside the process, on loopback: for `imagelock demo`, for tests and benches.
//!
//! A [`Store`] holds what an [`TestImage`] describes and what an [`ArtifactSpec`] says of it, a
//! [`Registry`] serves them as the OCI distribution spec 1.1 says. [`AuthMode`] makes it want credentials,
//! a [`Behaviour`] makes it misbehave, a [`Profile`] gives it the ways of a registry family, a [`Gate`]
//! holds requests, and every [`LoggedRequest`] is kept to be looked at. An [`Interface`] is one of its own that a
//! registry has beside that of the spec. [`Answers`] stands in for any other
//! server. [`sample`] has content to play with.
//!
//! ```
//! use imagelock::embedded::{TestImage, Operation, Registry};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let registry = Registry::start().await?;
//! let image = TestImage::new("nginx 1.27.5").platforms(["linux/amd64", "linux/arm64"]);
//! let digest = registry.store().publish("library/nginx", "1.27.5", &image);
//!
//! let tags = reqwest::get(registry.url("/v2/library/nginx/tags/list")).await?;
//! assert_eq!(tags.text().await?, r#"{"name":"library/nginx","tags":["1.27.5"]}"#);
//! assert_eq!(registry.count(Operation::Tags), 1);
//! # assert!(digest.as_str().starts_with("sha256:"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod answers;
mod archive;
mod artifact;
mod auth;
mod background;
mod behaviour;
mod builder;
mod content;
mod families;
mod gate;
mod google;
mod guard;
mod hub;
mod interfaces;
mod listing;
mod log;
mod operation;
mod page;
mod paging;
mod parts;
mod pulls;
mod referrers;
pub mod sample;
mod script;
mod serve;
mod server;
mod store;
mod upload;

pub use answers::Answers;
pub use artifact::ArtifactSpec;
pub use auth::{AuthMode, Unseen};
pub use background::Background;
pub use behaviour::Behaviour;
pub use builder::{BuiltImage, TestImage};
pub use families::Profile;
pub use gate::Gate;
pub use interfaces::Interface;
pub use log::LoggedRequest;
pub use operation::Operation;
pub use paging::{ListOrder, Paging};
pub use server::Registry;
pub use store::{Store, StoredManifest};
