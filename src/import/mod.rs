//! Finds image references in files that others wrote.
//!
//! ```
//! use imagelock::import::{find, FileKind};
//!
//! let found = find(FileKind::Dockerfile, "FROM docker.io/library/nginx:1.27.4-alpine AS web\n");
//! assert_eq!(found[0].to_string(), "docker.io/library/nginx:1.27.4-alpine");
//! ```

mod find;
mod propose;

pub use find::{FileKind, find};
pub use propose::{Proposal, propose};
