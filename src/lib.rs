//! What Cargo is to crates, for container images: policies choose tags, a lock pins their digests, a
//! diff says what changed and why.
//!
//! Data goes one way, and each room knows only those before it:
//!
//! ```text
//! images.toml ─ config ─┐
//!                       ├─ plan ─ fetch ─ policy ─ pin ─┬─ lock ─ diff ─ report ─ workspace ─ cli
//! images.lock ─ lock ───┘         │
//!                              registry: the only network
//! ```
//!
//! - [`error`], [`observe`]: codes, diagnostics, and events for those who watch. [`stats`]: what a run cost.
//!   [`mod@file`]: what is read from disk, and how it is written.
//! - [`image`]: references, digests, platforms, manifests. [`tag`]: what is known of an image beyond them.
//! - [`version`], [`policy`]: tag text to version, constraints, and the choice with its reasons.
//! - [`syntax`]: YAML, TOML and JSON as one tree with places. [`references`]: images in files of others.
//! - [`import`]: policies written for other tools. [`edit`]: what is added to a config.
//! - [`config`]: text to a validated config, every mistake in one run.
//! - [`mirrors`]: what other tools' files say of mirrors.
//! - [`lock`]: the lock's model, text and file. [`registry`]: the client. [`inspect`]: what a reference
//!   points to.
//! - [`resolve`]: plan, fetch, choose, pin. [`diff`], [`report`]: what changed, how it is said, and every JSON
//!   document. [`workspace`]: the operations of the command, for programs.
//! - [`guide`]: pages for users, with examples that are tested.
//!
//! The feature `cli` (on by default) adds [`cli`], the command, `embedded`, an OCI registry inside the
//! process, and `clouds`, the logins of `aws`, `google` and `azure`.
//!
//! # As a light library
//!
//! Without that feature this prints nothing and reads no environment. Three rooms look into registries: [`registry`] lists tags and repositories, reads manifests
//! and what refers to them; [`policy`] chooses among tags; [`inspect`] tells what a reference points to.
//!
//! ```no_run
//! use imagelock::image::{Reference, Repository};
//! use imagelock::inspect::{self, Options};
//! use imagelock::policy::{Candidates, Policy};
//! use imagelock::registry::Client;
//! use imagelock::version::Constraint;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().build()?;
//! let repository = Repository::parse("nginx")?;
//! let tags = client.tags(&repository).await?;
//! let policy = Policy::semver(Constraint::parse("^1.27")?);
//! if let Some(tag) = policy.choose(&Candidates::of(&tags)) {
//!     let reference = Reference::new(repository, Some(tag.clone()), None);
//!     let found = inspect::inspect(&client, &reference, &Options::new()).await?;
//!     let labels = found.image.map(|image| image.labels).unwrap_or_default();
//!     println!("{reference}@{} has {} labels", found.digest, labels.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`](registry::Client) lives for one run and asks for nothing twice; credentials, caches, limits and
//! who watches are set on its [builder](registry::ClientBuilder). The whole way from a config to a lock:
//!
//! ```no_run
//! use imagelock::registry::Client;
//! use imagelock::resolve::{Intent, Options};
//! use imagelock::workspace::{self, LoadedLock};
//!
//! # async fn run(now: jiff::Timestamp) -> Result<(), Box<dyn std::error::Error>> {
//! let workspace = workspace::load("images.toml".as_ref(), None).map_err(|problems| problems[0].message.clone())?;
//! let before = LoadedLock::repair(&workspace.file).map_err(|problem| problem.message)?;
//! let update = workspace::lock_update(&workspace, before, &Intent::Lock);
//! let update = update.map_err(|problems| problems[0].message.clone())?;
//! let proposal = update.resolve(&Client::builder().build()?, &Options::new(now)).await;
//! for failure in &proposal.resolution.failures {
//!     eprintln!("{}", failure.diagnostic.render(false));
//! }
//! proposal.save(&workspace.file).map_err(|problem| problem.message)?;
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod diff;
pub mod edit;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod file;
pub mod guide;
pub mod image;
pub mod import;
pub mod inspect;
pub mod lock;
pub mod mirrors;
pub mod observe;
pub mod policy;
pub mod references;
pub mod registry;
pub mod report;
pub mod resolve;
pub mod stats;
pub mod syntax;
pub mod tag;
pub mod version;
pub mod workspace;

#[cfg(test)]
mod generated;
