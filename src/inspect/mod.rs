//! Describes what a reference points to: platforms, layers, configuration, and referrers.
//!
//! [`inspect`] reads an index or a manifest and its parts, and returns a plain [`Inspection`]. It reads
//! little: the document itself, the manifest and the config of one platform, and the list of referrers.
//! [`manifest`] and [`config`] return the exact bytes, to hash them or to read data that is not in an
//! [`Inspection`].
//!
//! ```
//! use imagelock::error::{Code, Fault};
//! use imagelock::image::{Platform, Reference};
//! use imagelock::inspect::{Options, inspect};
//! use imagelock::registry::Client;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let client = Client::builder().offline(true).build()?;
//! let options = Options::new().platform(Some(Platform::parse("linux/arm64")?));
//! let error = inspect(&client, &Reference::parse("nginx:1.27")?, &options).await.unwrap_err();
//! assert_eq!(error.code(), Code::Offline);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod choose;
mod content;
mod error;
mod index;
mod inspection;
mod look;
mod options;
mod raw;
mod referrers;

pub use content::{Artifact, Blob, Image, Layer};
pub use error::InspectError;
pub use index::{Attestation, Child};
pub use inspection::{Inspection, Kind};
pub use look::inspect;
pub use options::Options;
pub use raw::{config, manifest};
pub use referrers::{Referrer, Referrers};
