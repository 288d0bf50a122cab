//! Compares two locks: what changed, by how much, and the class of a digest change.
//!
//! [`compare`] takes two locks and returns a [`Diff`]. A [`Change`] has a [`ChangeKind`], the [`ChangeLevel`] of its
//! step, the [`Field`]s that differ, and the [`ContentChange`] class of its digest. It uses only the two locks and
//! sends no requests.
//!
//! ```
//! use imagelock::diff::{ChangeLevel, compare};
//!
//! let lock = |tag: &str, seed: &[u8]| {
//!     let digest = imagelock::image::Digest::sha256_of(seed);
//!     let text = format!(
//!         "version = 1\n[[image]]\nname = \"nginx\"\nimage = \"docker.io/library/nginx\"\n\
//!          policy = \"semver ^1.27\"\ntag = \"{tag}\"\ndigest = \"{digest}\"\n"
//!     );
//!     imagelock::lock::read("images.lock", &text)
//! };
//! let diff = compare(&lock("1.27.4", b"old")?, &lock("1.28.0", b"new")?);
//! assert_eq!(diff.changes[0].level, Some(ChangeLevel::Minor));
//! assert!(!diff.changes[0].downgrade);
//! # Ok::<(), imagelock::error::Diagnostic>(())
//! ```

mod change;
mod compare;
mod content;
mod level;
mod platforms;

pub use change::{Change, ChangeKind, Diff, Field, Transition};
pub use compare::{compare, compare_pins};
pub use content::ContentChange;
pub use level::{ChangeLevel, VersionStep};
pub use platforms::{PlatformChange, platform_changes};
