//! What the command does, as functions of values: load, check, list, why, outdated, lock and update.
//!
//! A [`Workspace`] is a config and its lock. Each operation takes it, and returns what a caller shows, writes or
//! goes on with: nothing here prints, reads the environment, or ends the process. [`check()`] and [`list()`] need no
//! network. [`why()`], [`outdated()`] and [`lock_update()`] first say which registries they are going to ask, so that a
//! caller can make a [`Client`](crate::registry::Client) for these, and then ask them:
//!
//! ```
//! use imagelock::config::{self, Format, SourceFile};
//! use imagelock::embedded::{Registry, TestImage};
//! use imagelock::lock::LockFile;
//! use imagelock::registry::Client;
//! use imagelock::resolve::{Intent, Options};
//! use imagelock::workspace::{self, LoadedLock, Workspace};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let registry = Registry::start().await?;
//! let image = TestImage::new("app 1.2.3").platforms(["linux/amd64"]);
//! registry.store().publish("team/app", "1.2.3", &image);
//!
//! # let directory = tempfile::tempdir()?;
//! # let lockfile = directory.path().join("images.lock");
//! # let only = |problem: imagelock::error::Diagnostic| problem.message;
//! # let first = |problems: Vec<imagelock::error::Diagnostic>| problems[0].message.clone();
//! let image = format!("{}/team/app", registry.address());
//! let text = format!("version = 1\nimages.app = {{ image = \"{image}\", constraint = \"^1\" }}\n");
//! let source = SourceFile::new("images.toml", &text, Format::Toml);
//! let config = config::parse(&source).map_err(first)?;
//! let workspace = Workspace::new(config, LockFile::load(&lockfile).map_err(only)?);
//!
//! let before = LoadedLock::read(&workspace.file).map_err(only)?;
//! let update = workspace::lock_update(&workspace, before, &Intent::Lock).map_err(first)?;
//! assert_eq!(update.hosts().first(), Some(&registry.address()));
//! let options = Options::new("2026-11-01T00:00:00Z".parse()?);
//! let proposal = update.resolve(&Client::builder().build()?, &options).await;
//! assert_eq!(proposal.after.images[0].tag.as_str(), "1.2.3");
//! proposal.save(&workspace.file).map_err(only)?;
//!
//! let workspace = Workspace::new(workspace.config, LockFile::load(&lockfile).map_err(only)?);
//! assert_eq!(workspace::check(&workspace).map_err(only)?.images.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`StateFile`] keeps what runs observed of tags; a [`ShardRun`] writes the part of a lock that one of several
//! machines resolves; a [`ConfigText`] is a config that is to be edited.

mod check;
mod config_text;
mod list;
mod load;
mod loaded_lock;
mod lock_proposal;
mod lock_update;
mod merge_shards;
mod outdated;
mod preview;
mod shard;
mod state_file;
mod why;

pub use check::{check, drift_problem};
pub use config_text::ConfigText;
pub use list::list;
pub use load::{Workspace, load, lock_beside};
pub use loaded_lock::LoadedLock;
pub use lock_proposal::LockProposal;
pub use lock_update::{LockUpdate, lock_update};
pub use merge_shards::{merge_shards, shard_files};
pub use outdated::{Outdated, OutdatedRequest, outdated};
pub use shard::ShardRun;
pub use state_file::StateFile;
pub use why::{WhyAnswer, WhyRequest, why};
