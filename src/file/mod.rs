//! Files on disk: which ones are read, and how one is replaced as a whole.
//!
//! [`read()`] takes regular files up to a size and nothing else: a pipe would make the run wait for ever,
//! a device has no end, and `/proc` shows secrets of processes. [`check_inside`] holds a file that belongs to
//! a repository to that repository, so that a link in a pull request of a stranger leads nowhere else.
//! [`AtomicFile`] writes: all or nothing, and never through a link.

mod atomic_file;
mod folder_lock;
mod inside;
mod kind;
mod leftovers;
mod regular;

pub use atomic_file::{AtomicFile, Shortcomings, WriteError};
pub use inside::check_inside;
pub use regular::read;
