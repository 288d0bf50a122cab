use std::sync::Arc;

use url::Url;

use super::place::Mirror;
use crate::image::Repository;
use crate::registry::host::Host;

/// What tells a mirror in the query which registry it is asked for (containerd, `docs/hosts.md`).
pub(in crate::registry) const REGISTRY: &str = "ns";

/// One place to ask for a repository: its registry, or a mirror.
pub(in crate::registry) struct Endpoint {
    pub(in crate::registry) host: Arc<Host>,
    /// The repository's path there.
    pub(in crate::registry) path: String,
    /// The mirror, if it is one.
    pub(super) mirror: Option<Mirror>,
    /// Whether it is told which registry it is asked for.
    pub(super) is_told_registry: bool,
    /// The repository as configs name it.
    pub(in crate::registry) repository: Repository,
}

impl Endpoint {
    /// Creates the place of a registry itself, asked by the repository's own name.
    pub(in crate::registry) fn of(host: &Arc<Host>, repository: &Repository) -> Self {
        Self {
            host: Arc::clone(host),
            path: repository.path().into(),
            mirror: None,
            is_told_registry: false,
            repository: repository.clone(),
        }
    }

    pub(in crate::registry) fn is_mirror(&self) -> bool {
        self.mirror.is_some()
    }

    /// Returns the URL of something below the repository: `tags/list`, `manifests/latest`.
    pub(in crate::registry) fn url(&self, rest: &str) -> Url {
        let mut url = self.host.api(&format!("{}/{rest}", self.path));
        if self.is_told_registry {
            let registry = self.repository.registry();
            url.query_pairs_mut().append_pair(REGISTRY, registry);
        }
        url
    }
}
