//! How old tags are, and whose word that is.
//!
//! [`fetch_age`] looks for the best evidence of one tag's age, for a cooldown. [`fetch_dates`] dates all
//! candidates of `newest-build`, which has to compare them, by one kind of evidence: the registry's
//! where it tells every push, else the publishers' build dates. Either it has them all or it fails.
//! [`fetch_told`] takes what a registry's own interface tells of many tags in one request.
//!
//! What a digest names never changes, so a second run with the same cache and ledger asks a HEAD for
//! each tag and reads the rest from disk.

mod age;
mod all;
mod built;
mod failure;
mod pushed;
mod told;
mod updates;

pub use age::{Aged, fetch_age};
pub(super) use all::fetch_builds;
pub use all::{Dates, MAX_CANDIDATES, fetch_dates};
pub use built::DateQuery;
pub use failure::DateFailure;
pub(super) use pushed::pushed;
pub use told::{RegistryDate, fetch_told};
pub use updates::fetch_update_ages;
