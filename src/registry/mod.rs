//! The registry client: the only code that uses the network.
//!
//! A [`Client`] lists tags, looks up digests and fetches manifests and small blobs. It follows the OCI
//! distribution specification 1.1, and the actual behavior of registries. It answers Basic and Bearer
//! challenges with credentials from a [`CredentialStore`], follows pagination, repeats requests that failed
//! temporarily, waits if a registry says so, and never sends the same request twice. Credentials go only to
//! the host they belong to. Content with a digest is requested once per run, or with a [`ContentCache`] once
//! at all. Everything with a digest is verified, and every response has a size limit.
//!
//! Inside, `transport` sends requests, with `tls` and `proxies`; its `limiter` keeps the limits of each host. `auth` and
//! `cloud` find credentials, `authn` turns them into headers for the host they belong to, and `authorized_request`
//! answers challenges with them. `mirror` decides which hosts to ask. `lists`, `manifests`, `blobs` and `referrers` read
//! the responses, and `flat` completes indexes that leave platforms open. `cache` and `once` keep responses, `limits` and
//! `memory` bound them. `inventory` uses registry-specific APIs. `doctor` diagnoses a registry.
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

pub mod auth;
mod auth_step;
mod authn;
mod authorized_request;
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
