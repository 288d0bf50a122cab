//! The diagnosis of a registry, step by step: connectivity, authentication, lists and content.
//!
//! [`Client::diagnose`](super::Client::diagnose) runs the same steps as `lock`, with as few requests as
//! possible, and never writes. It returns facts; quirks, which are differences from the OCI distribution spec
//! 1.1 or limitations; and as advice the config to write.
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
