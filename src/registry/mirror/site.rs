use std::sync::Arc;

use super::place::Mirror;
use crate::image::Repository;
use crate::registry::host::Host;

/// One place to ask for a repository: its registry, or a mirror.
pub(in crate::registry) struct Site {
    pub(in crate::registry) host: Arc<Host>,
    /// The repository's path there.
    pub(in crate::registry) path: String,
    /// The mirror, if it is one.
    pub(super) mirror: Option<Mirror>,
    /// The repository as configs name it.
    pub(in crate::registry) repository: Repository,
}

impl Site {
    /// Makes the place of a registry itself, asked by the repository's own name.
    pub(in crate::registry) fn of(host: &Arc<Host>, repository: &Repository) -> Self {
        Self {
            host: Arc::clone(host),
            path: repository.path().into(),
            mirror: None,
            repository: repository.clone(),
        }
    }

    pub(in crate::registry) fn is_mirror(&self) -> bool {
        self.mirror.is_some()
    }

    /// Returns the URL of something below the repository: `tags/list`, `manifests/latest`.
    pub(in crate::registry) fn url(&self, rest: &str) -> url::Url {
        self.host.api(&format!("{}/{rest}", self.path))
    }
}
