use std::collections::BTreeSet;

use super::Workspace;
use super::preview::Preview;
use crate::error::Diagnostic;
use crate::lock::Lock;
use crate::registry::Client;
use crate::report::outdated::OutdatedDocument;
use crate::resolve::{self, Options, Resolution};

/// The question which pins are behind, ready to be asked.
#[derive(Clone, Debug)]
pub struct OutdatedRequest {
    lock: Lock,
    names: BTreeSet<String>,
    preview: Preview,
}

/// Which pins are behind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outdated {
    /// Every image that was asked about, sorted by name.
    pub document: OutdatedDocument,
    /// What the policies chose, with what failed and what was observed.
    pub resolution: Resolution,
}

/// Prepares to find out which pins of the named images are behind, of all images if none is named.
///
/// # Errors
///
/// [`Code::UnknownImage`](crate::error::Code::UnknownImage) for each name that is not in the config; those of
/// [`lock::read`](crate::lock::read()).
pub fn outdated(
    workspace: &Workspace,
    names: BTreeSet<String>,
) -> Result<OutdatedRequest, Vec<Diagnostic>> {
    let lock = workspace.lock().map_err(|problem| vec![problem])?;
    let preview = Preview::plan(workspace, &lock, &names)?;
    Ok(OutdatedRequest {
        lock,
        names,
        preview,
    })
}

impl OutdatedRequest {
    /// Returns the registries that are going to be asked.
    pub fn hosts(&self) -> BTreeSet<&str> {
        self.preview.hosts()
    }

    /// Asks them. The observations in the resolution are for a [`StateFile`](super::StateFile).
    pub async fn run(mut self, client: &Client, options: &Options) -> Outdated {
        let resolution = self.preview.resolve(client, options).await;
        let (plan, names) = (&mut self.preview.plan, &self.names);
        // The members of a group were asked for with the named one, and are not what was asked.
        plan.jobs
            .retain(|job| names.is_empty() || names.contains(&job.spec.name));
        let ages = resolve::fetch_update_ages(client, plan, &resolution, options).await;
        Outdated {
            document: OutdatedDocument::new(plan, &self.lock, &resolution, &ages),
            resolution,
        }
    }
}
