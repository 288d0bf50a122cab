use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::preview::hosts;
use super::{LoadedLock, LockProposal, Workspace};
use crate::error::Diagnostic;
use crate::registry::Client;
use crate::resolve::{self, Forecast, Intent, Options, Plan, Resolution};

/// A lock that is about to be brought to what its config and an intent ask for.
#[derive(Clone, Debug)]
pub struct LockUpdate {
    before: LoadedLock,
    plan: Plan,
}

/// Prepares to lock what is new or changed, or to update pins, as the intent says.
///
/// # Errors
///
/// [`Code::UnknownImage`](crate::error::Code::UnknownImage) for each name that is not in the config.
pub fn lock_update(
    workspace: &Workspace,
    before: LoadedLock,
    intent: &Intent,
) -> Result<LockUpdate, Vec<Diagnostic>> {
    let plan = resolve::plan(&workspace.config, &before.lock, intent)?;
    Ok(LockUpdate { before, plan })
}

impl LockUpdate {
    /// Leaves only these images, such as those of a shard.
    pub fn retain(&mut self, names: &BTreeSet<String>) {
        self.plan.retain(names);
        self.before.lock.retain(names);
    }

    /// Returns how many images are going to be asked for.
    pub fn image_count(&self) -> usize {
        self.plan.jobs.len()
    }

    /// Returns the registries that are going to be asked.
    pub fn hosts(&self) -> BTreeSet<&str> {
        hosts(&self.plan)
    }

    /// Returns the requests that resolving would make, without making any.
    ///
    /// `client` knows the mirrors; without one, every registry is asked itself. `excludes_newer` says whether
    /// tags are held back by a point in time.
    ///
    /// # Errors
    ///
    /// The problem of a mirror that may not be asked.
    pub fn forecast(
        &self,
        client: Option<&Client>,
        excludes_newer: bool,
    ) -> Result<Forecast, Diagnostic> {
        let mut mirrors = BTreeMap::new();
        if let Some(client) = client {
            for job in &self.plan.jobs {
                let repository = &job.spec.repository;
                let first = client.first_asked(repository);
                let first = first.map_err(|error| Diagnostic::of(&error))?;
                mirrors.insert(repository.clone(), first);
            }
        }
        Ok(self.plan.forecast(excludes_newer, &mirrors))
    }

    /// Asks the registries, and lets the policies choose. Nothing is written.
    pub async fn resolve(self, client: &Client, options: &Options) -> LockProposal {
        let resolution = resolve::resolve(self.plan, client, options).await;
        LockProposal::of_resolution(self.before, resolution)
    }

    /// Returns what stays of the lock, for a plan in which there is nothing to ask.
    pub fn without_requests(self, now: Timestamp) -> LockProposal {
        LockProposal::of_resolution(self.before, Resolution::unasked(self.plan.kept, now))
    }
}
