//! Finds image references in files that others wrote, and reads policies written for other tools.
//!
//! ```
//! use imagelock::import::{find, FileKind};
//!
//! let found = find(FileKind::Dockerfile, "FROM docker.io/library/nginx:1.27.4-alpine AS web\n");
//! assert_eq!(found[0].to_string(), "docker.io/library/nginx:1.27.4-alpine");
//! ```

pub mod argocd_image_updater;
mod find;
mod go_glob;
mod imported;
mod propose;

pub use find::{FileKind, find};
pub use imported::{Imported, ImportedImage, OptionValue, Setting, Spot, Warning};
pub use propose::{Proposal, propose};
