//! A lockfile for container images, as `Cargo.lock` is for crates: policies choose tags, a lock pins their
//! digests, and a diff shows what changed and why.
//!
//! Data flows one way: each module depends only on the modules before it.
//!
//! ```text
//! images.toml ─ config ─┐
//!                       ├─ resolve ─ lock ─ diff ─ report ─ workspace ─ cli
//! images.lock ─ lock ───┘     │
//!                          registry: the only network
//! ```
//!
//! - [`error`], [`observe`]: codes, diagnostics, and events for observers. [`stats`]: the cost of a run.
//!   [`mod@file`]: reading and writing files. [`guide`]: pages for users, with tested examples.
//! - [`syntax`]: YAML, TOML and JSON as one tree with places.
//! - [`image`]: references, digests, platforms, manifests. [`tag`]: facts about tags, such as their age.
//! - [`version`], [`policy`]: versions in tags, constraints, and the choice with its reasons.
//! - [`references`]: image references in files of other tools. [`import`]: policies written for other tools.
//!   [`edit`]: adds entries to a config.
//! - [`config`]: parses and validates a config, and reports every mistake in one run.
//! - [`mirrors`]: mirrors in the files of other tools.
//! - [`lock`]: the lock's model, text and file. [`registry`]: the client. [`inspect`]: describes what a
//!   reference points to.
//! - [`resolve`]: plan, fetch, choose, pin. [`diff`], [`report`]: changes, and their presentation.
//! - [`workspace`]: the operations of the command, as functions that return values.
//!
//! The feature `cli` (on by default) adds [`cli`] (the command), `embedded` (an OCI registry inside the
//! process) and `clouds` (the logins of `aws`, `google` and `azure`).
//!
//! # As a light library
//!
//! Without that feature, the library prints nothing and does not read the environment. Three modules cover
//! registries: [`registry`] lists tags and repositories and reads manifests and referrers; [`policy`] chooses
//! among tags; [`inspect`] describes what a reference points to.
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
//! A [`Client`](registry::Client) is for one run and never sends the same request twice. Set credentials, caches,
//! limits and observers on its [builder](registry::ClientBuilder). From a config to a lock:
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
