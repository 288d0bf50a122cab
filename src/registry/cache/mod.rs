//! What is addressed by digest, kept on disk from run to run.
//!
//! Manifests, indexes and the small blobs that the client reads never change under their digests, so
//! each is asked for once and kept. A file holds the content and nothing else, at
//! `content/sha256/ab/abcdef…` below the cache's folder: its name is its check. What does not hash to
//! its name any more is removed and counts as absent.
//!
//! The cache belongs to one user, as those of Cargo and Docker do: what is in it was shown to that
//! user before, and is read again without credentials, also of private repositories. That is why only
//! its owner may open files and folders. Nothing in it says where content came from, and it never
//! answers what a registry must be asked: which digest a tag names, and whether a digest is still there.

mod content;
mod manifest;
mod prune;
mod reader;

pub(super) use manifest::told_media_type;
pub(super) use reader::CacheReader;

pub use content::ContentCache;
pub use prune::Removed;
