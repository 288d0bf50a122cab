//! Finds image references in files that others wrote, and reads policies written for other tools.
//!
//! ```
//! use imagelock::import::{find, FileKind};
//!
//! let found = find(FileKind::Dockerfile, "FROM docker.io/library/nginx:1.27.4-alpine AS web\n");
//! assert_eq!(found.references[0].to_string(), "docker.io/library/nginx:1.27.4-alpine");
//! ```

pub mod argocd_image_updater;
mod collection;
mod find;
pub mod flux;
mod go_glob;
mod imported;
mod manifest;
mod propose;

pub use collection::{CollectedImage, Collection};
pub use find::{FileKind, Found, find};
pub use imported::{Imported, ImportedImage, OptionValue, Setting, Spot, Warning};
pub use manifest::ManifestFile;
pub use propose::{Proposal, propose};
