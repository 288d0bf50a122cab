use std::collections::BTreeSet;

use super::client::Network;
use super::context::{CommandError, Context};
use super::limits::LimitArgs;
use crate::config::Config;
use crate::lock::Lock;
use crate::resolve::{self, Intent, Options, Plan, Resolution};

/// What `update` would do, without a lock being written.
pub(super) struct Preview {
    pub(super) network: Network,
    pub(super) plan: Plan,
    pub(super) options: Options,
    pub(super) resolution: Resolution,
}

impl Context<'_> {
    /// Resolves the named images, all if none is named, and the members of their groups with them.
    ///
    /// What was seen of tags is noted for later runs, as `update` does.
    pub(super) fn preview(
        &mut self,
        config: &Config,
        lock: &Lock,
        names: &BTreeSet<String>,
        limits: &LimitArgs,
    ) -> Result<Preview, CommandError> {
        let intent = Intent::Update {
            names: names.clone(),
        };
        let mut plan = resolve::plan(config, lock, &intent)?;
        plan.narrow(names);
        let hosts = plan.jobs.iter().map(|job| job.spec.repository.registry());
        let network = self.network(Some(config), Some(&hosts.collect()))?;
        let state = self.state()?;
        let options = limits.options(&network, &state, None)?;
        let resolution = network.run(resolve::resolve(plan.clone(), &network.client, &options));
        state.save(&resolution.observations, self)?;
        Ok(Preview {
            network,
            plan,
            options,
            resolution,
        })
    }
}
