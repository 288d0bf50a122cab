use std::collections::BTreeSet;

use super::Workspace;
use crate::error::Diagnostic;
use crate::lock::Lock;
use crate::registry::Client;
use crate::resolve::{self, Intent, Options, Plan, Resolution};

/// What `update` would do with some images, without a lock being written.
#[derive(Clone, Debug)]
pub(super) struct Preview {
    pub(super) plan: Plan,
}

impl Preview {
    /// Plans for the named images, all if none is named, and for the members of their groups with them.
    pub(super) fn plan(
        workspace: &Workspace,
        lock: &Lock,
        names: &BTreeSet<String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let intent = Intent::Update {
            names: names.clone(),
        };
        let mut plan = resolve::plan(&workspace.config, lock, &intent)?;
        plan.narrow(names);
        Ok(Self { plan })
    }

    pub(super) fn hosts(&self) -> BTreeSet<&str> {
        hosts(&self.plan)
    }

    pub(super) async fn resolve(&self, client: &Client, options: &Options) -> Resolution {
        resolve::resolve(self.plan.clone(), client, options).await
    }
}

/// Returns the registries that a plan asks.
pub(super) fn hosts(plan: &Plan) -> BTreeSet<&str> {
    let jobs = plan.jobs.iter();
    jobs.map(|job| job.spec.repository.registry()).collect()
}
