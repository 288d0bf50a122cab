//! A registry looked at step by step: how it is reached, what it wants to see, how it lists and what it
//! serves.
//!
//! [`Client::diagnose`](super::Client::diagnose) goes the way that a lock goes, with as few requests as that takes,
//! and never writes. What it says of a registry are facts, and quirks where the registry differs from
//! the OCI distribution spec 1.1 or has something to mind; what to write into a config is its advice.
//!
//! ```
//! use imagelock::error::{Code, Fault};
//! use imagelock::image::Repository;
//! use imagelock::registry::Client;
//! use imagelock::registry::doctor::{Area, Family, StepOutcome};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let client = Client::builder().offline(true).build()?;
//! let diagnosis = client.diagnose(&Repository::parse("ghcr.io/acme/api")?).await;
//! assert_eq!(diagnosis.family, Some(Family::Ghcr));
//! assert_eq!((diagnosis.steps[0].area, diagnosis.steps[0].outcome), (Area::Reach, StepOutcome::Failed));
//! assert_eq!(diagnosis.failure.map(|error| error.code()), Some(Code::Offline));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod advice;
mod catalog;
mod dates;
mod diagnosis;
mod examination;
mod family;
mod limits;
mod manifests;
mod order;
mod pages;
mod quirk;
mod reach;
mod referrers;
mod tags;

pub use advice::{Advice, AdvisedAuth};
pub use diagnosis::{Area, Diagnosis, Finding, Step, StepOutcome};
pub use family::Family;
pub use quirk::{RegistryQuirk, Severity};
