//! The registry client: the only code that speaks to the network.
//!
//! A [`Client`] lists tags, looks digests up and fetches manifests and small blobs as the OCI
//! distribution specification 1.1 says, and as registries really behave: it answers Basic and Bearer
//! challenges with credentials from a [`CredentialStore`], follows pages, repeats what failed for a
//! moment, waits when told to, and asks for nothing twice. Credentials never go to another host than
//! the one they are for. What has a digest is asked for once, with a [`ContentCache`] once for ever.
//! Nothing is taken on trust that can be hashed, and nothing is read without a cap.
//!
//! Inside, `transport` makes requests, with `tls` and `proxies`; `auth` and `cloud` find credentials, and
//! `authorization` shows them to whom they are for; `mirror` says where to ask, `ask` does so, and `lists`,
//! `manifests`, `blobs` and `referrers` read what comes, and `flat` what indexes leave open; `inventory` does
//! where a registry has a shorter way of its own. `doctor` looks on.
//!
//! ```
//! use imagelock::error::{Code, Fault};
//! use imagelock::image::Repository;
//! use imagelock::registry::Client;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let client = Client::builder().offline(true).build()?;
//! let error = client.tags(&Repository::parse("nginx")?).await.unwrap_err();
//! assert_eq!(error.code(), Code::Offline);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ask;
pub mod auth;
mod authn;
mod blobs;
mod builder;
mod cache;
mod client;
#[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
pub mod cloud;
pub mod doctor;
mod error;
mod flat;
mod host;
mod inventory;
mod limits;
mod lists;
mod manifests;
mod memory;
mod mirror;
mod once;
mod proxies;
mod referrers;
mod refusal;
mod request_error;
mod target;
mod tls;
mod transport;

pub use auth::{
    Auth, Credential, CredentialError, CredentialKind, CredentialStatus, CredentialStore, Secret,
};
pub use builder::ClientBuilder;
pub use cache::{ContentCache, Removed};
pub use client::Client;
pub use error::{ErrorKind, RegistryError};
pub use flat::FlatIndex;
pub use host::HostSettings;
pub use inventory::{Api, HubTag, TagMetadata, TagRecord, counts_pulls};
pub use limits::{Limits, Retries, Timeouts};
pub use mirror::{FirstAsked, Mirror, MirrorError, Route, Routes};
pub use proxies::{Proxies, Proxy, ProxyChoice, ProxyError, ProxyFailure};
pub use referrers::{Referrers, ReferrersSource};
pub use target::Target;
pub use tls::{PemError, Tls, TlsProblem};
