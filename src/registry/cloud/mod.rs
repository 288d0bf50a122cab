//! Logging in to the registries of Amazon, Google and Microsoft, as their own programs do.
//!
//! Each cloud has a feature of its own (`aws`, `google`, `azure`; `clouds` is all of them), and none is a
//! part of the bare library. Credentials come from where the clouds' own programs have them, in their
//! order; a [`CloudEnvironment`] says what stands there. Nothing is fetched before a registry wants
//! credentials, each login is fetched once, and no secret goes to a host that is not its cloud's. The
//! page [`clouds`](crate::guide::clouds) of the guide has all of it.
//!
//! ```
//! use imagelock::registry::cloud::CloudEnvironment;
//!
//! let variables = [("AWS_PROFILE".to_string(), "prod".to_string())];
//! let environment = CloudEnvironment::new(variables, "2026-11-25T12:00:00Z".parse()?);
//! assert_eq!(format!("{environment:?}"), "CloudEnvironment(…)");
//! # Ok::<(), jiff::Error>(())
//! ```

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod choice;
mod environment;
mod file;
#[cfg(any(feature = "aws", feature = "google"))]
mod folders;
mod fresh;
#[cfg(feature = "google")]
mod google;
mod wire;
mod words;

#[cfg(feature = "aws")]
pub use aws::AwsEcr;
#[cfg(feature = "azure")]
pub use azure::Azure;
pub use choice::Cloud;
pub use environment::CloudEnvironment;
#[cfg(feature = "google")]
pub use google::Google;
