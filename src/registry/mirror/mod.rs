//! Mirrors: other hosts that serve a registry's content, and how far each is trusted.
//!
//! The registry itself decides which digest a tag points to, and mirrors that are explicitly trusted for
//! tags. Content requested by digest can come from any mirror, because it is verified. A mirror that fails is
//! skipped.

mod endpoint;
mod place;
mod plan;
mod routes;

pub(super) use endpoint::{Endpoint, REGISTRY};
pub use place::{Mirror, MirrorError};
pub use plan::FirstAsked;
pub(super) use plan::{FailoverLog, health};
pub use routes::{Route, Routes};
