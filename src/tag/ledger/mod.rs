//! What was observed in earlier runs: which tags there were, since when, and what they named.
//!
//! # The rule of evidence
//!
//! The age of a tag is that of what it names now, and a time counts as observed only as far as
//! earlier runs saw it:
//!
//! - At the first look at a repository's list nothing is known of any tag's age, whatever else was noted.
//! - A tag that an earlier look did not find is new: its clock starts with the run that finds it.
//! - A tag whose content was looked at keeps its time while it names the same digest. A new digest
//!   is a new push, and restarts the clock.
//! - A tag that was listed before and whose content nobody looked at may have been pushed again
//!   since: nothing is known of its age, and its clock starts with the run that looks.
//!
//! So a [`Ledger`] answers from what it was loaded with, and what a run sees goes into
//! [`Observations`], which are added at its end. Otherwise a run would believe itself.
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
