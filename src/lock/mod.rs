//! The lock: every pin, in `images.lock`.
//!
//! Reading a [`Lock`] is lenient ([`read()`], [`read_conflicted`]), and writing is canonical ([`write()`]):
//! sorted by name, with a fixed key order and LF, and nothing that changes from run to run. [`LockFile`]
//! writes it to disk atomically.
//!
//! ```
//! let text = "version = 1\n";
//! let lock = imagelock::lock::read("images.lock", text)?;
//! assert!(lock.images.is_empty());
//! assert!(imagelock::lock::write(&lock).contains("@generated"));
//! # Ok::<(), imagelock::error::Diagnostic>(())
//! ```

mod canonical;
mod conflict;
mod conflict_markers;
mod document;
mod drift;
mod file;
mod merge;
mod model;
mod read;
mod shard_lock;
mod write;

pub use conflict::{Merged, read_conflicted};
pub use conflict_markers::has_conflict_markers;
pub use document::{LockDocument, PinDocument};
pub use drift::{Drift, DriftKind, drift};
pub(crate) use file::lacks;
pub use file::{LockFile, Saved, Written};
pub use merge::merge;
pub use model::{Lock, Pin, SCHEMA, VERSION};
pub use read::read;
pub use shard_lock::{ShardFailure, ShardLock};
pub use write::write;
