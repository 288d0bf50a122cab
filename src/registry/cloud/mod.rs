//! Logins to the registries of Amazon, Google and Microsoft, from the same sources as their own tools.
//!
//! Each cloud has its own feature (`aws`, `google`, `azure`; `clouds` enables all of them), and none is part
//! of the bare library. Credentials come from the sources of the clouds' own tools, in the same order; a
//! [`CloudEnvironment`] provides the inputs. Nothing is fetched until a registry requires credentials, each
//! login is fetched once, and secrets go only to the hosts of their cloud. The page
//! [`clouds`](crate::guide::clouds) of the guide describes all of it.
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
