//! The state file: which tags earlier runs saw, when they first saw them, and which digests they pointed to.
//!
//! # The rule of evidence
//!
//! The age of a tag belongs to the digest that it points to now. A time counts as observed only as far as
//! earlier runs saw it:
//!
//! - On the first run for a repository, the age of every tag is unknown, even if other data was recorded.
//! - A tag that an earlier run did not find is new: its age is counted from the run that finds it.
//! - A tag whose digest was recorded keeps its time while it points to the same digest. A new digest is a new
//!   push, and its age is counted from then.
//! - A tag that was listed before, but whose digest was not recorded, may have been pushed again since. Its
//!   age is unknown, and is counted from the run that records the digest.
//!
//! A [`Ledger`] therefore answers from its loaded content. What a run sees goes into [`Observations`], which
//! are added at its end. Otherwise, a run would use its own observations as evidence.
//!
//! ```
//! use imagelock::image::{Digest, Repository, Tag};
//! use imagelock::tag::{Ledger, Observations};
//!
//! let repository = Repository::parse("ghcr.io/acme/api")?;
//! let (tag, digest) = (Tag::parse("1.0.0")?, Digest::sha256_of(b"content"));
//! let monday = "2026-03-02T08:00:00Z".parse().unwrap();
//! let friday = "2026-03-06T08:00:00Z".parse().unwrap();
//!
//! let mut ledger = Ledger::default();
//! assert_eq!(ledger.since(&repository, &tag, &digest, monday), None, "it is the first look");
//! let mut seen = Observations::at(monday);
//! seen.tags(&repository, std::slice::from_ref(&tag));
//! seen.digest(&repository, &tag, &digest);
//! ledger.add(&seen);
//! assert_eq!(ledger.since(&repository, &tag, &digest, friday), Some(monday));
//! let other = Digest::sha256_of(b"pushed again");
//! assert_eq!(ledger.since(&repository, &tag, &other, friday), Some(friday));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod model;
mod observations;
mod text;

pub use model::Ledger;
pub use observations::Observations;
