//! Mirrors: where content may come from besides its registry, and what each place is believed about.
//!
//! What a tag names is decided by the registry itself, and by mirrors that are marked for it. Content that
//! is known by its digest may come from any mirror, since it is checked. A mirror that fails is passed over.

mod endpoint;
mod place;
mod plan;
mod routes;

pub(super) use endpoint::{Endpoint, REGISTRY};
pub use place::{Mirror, MirrorError};
pub use plan::FirstAsked;
pub(super) use plan::{FailoverLog, health};
pub use routes::{Route, Routes};
