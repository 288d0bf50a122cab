//! The vocabulary of container images, without any input or output.
//!
//! References and their parts ([`Reference`], [`Repository`], [`Tag`], [`Digest`]), [`Platform`]s, media
//! types, and the documents in registries ([`Manifest`] and others).
//!
//! ```
//! use imagelock::image::Reference;
//!
//! let reference = Reference::parse("nginx:1.27")?;
//! assert_eq!(reference.repository().registry(), "docker.io");
//! assert_eq!(reference.repository().path(), "library/nginx");
//! assert_eq!(reference.to_string(), "docker.io/library/nginx:1.27");
//! # Ok::<(), imagelock::image::ReferenceError>(())
//! ```

mod artifact_tag;
mod config;
mod digest;
mod document;
mod document_error;
mod grammar;
mod history;
mod index;
mod json;
mod manifest;
pub mod media_type;
mod parsed_reference;
mod platform;
mod platform_grammar;
mod platform_text;
mod reference;
mod reference_error;
mod repository;
mod run;
mod tag;

pub(crate) use artifact_tag::names_artifact;
pub use config::ImageConfig;
pub(crate) use config::{CREATED, created};
pub use digest::{Algorithm, Digest, DigestError};
pub use document::{Document, RawManifest};
pub use document_error::DocumentError;
pub use history::HistoryLine;
pub use index::Index;
pub use manifest::{Descriptor, Manifest};
pub use platform::Platform;
pub use platform_text::PlatformError;
pub use reference::Reference;
pub use reference_error::ReferenceError;
pub use repository::Repository;
pub use run::{Healthcheck, RunSettings};
pub use tag::{Tag, TagError};
