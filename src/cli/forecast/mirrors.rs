use std::collections::BTreeMap;

use super::super::context::{CommandError, Context};
use crate::config::Config;
use crate::error::Diagnostic;
use crate::image::Repository;
use crate::registry::FirstAsked;
use crate::resolve::Plan;

/// Returns who is asked first for the repositories of a plan, as far as they have mirrors.
pub(in crate::cli) fn first_asked(
    context: &mut Context<'_>,
    config: &Config,
    plan: &Plan,
) -> Result<BTreeMap<Repository, FirstAsked>, CommandError> {
    let mut mirrors = BTreeMap::new();
    let is_mirrored = config
        .registries
        .values()
        .any(|one| !one.mirrors.is_empty());
    if !is_mirrored && context.global.mirrors_from.is_empty() {
        return Ok(mirrors);
    }
    let repositories = plan.jobs.iter().map(|job| &job.spec.repository);
    let hosts = repositories.clone().map(Repository::registry).collect();
    let network = context.network(Some(config), Some(&hosts))?;
    for repository in repositories {
        let first = network.client.first_asked(repository);
        let first = first.map_err(|error| Diagnostic::of(&error))?;
        mirrors.insert(repository.clone(), first);
    }
    Ok(mirrors)
}
