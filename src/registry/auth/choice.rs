use std::collections::BTreeMap;

use super::{Credential, CredentialError, CredentialStore};

/// The source of the credentials for a registry, or for a path of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Auth {
    /// None: requests are sent without credentials.
    Anonymous,
    /// This credential.
    Credential(Credential),
    /// Files and helpers.
    Store(CredentialStore),
    /// A cloud, which is contacted once a registry requires credentials.
    #[cfg(any(feature = "aws", feature = "azure", feature = "google"))]
    Cloud(crate::registry::cloud::Cloud),
    /// A source that has no credentials; an error once a registry requires credentials.
    Missing(CredentialError),
}

/// Which source is for what: the most specific host or host and path decides.
#[derive(Debug, Default)]
pub(in crate::registry) struct Scopes {
    sources: BTreeMap<String, Auth>,
    default: CredentialStore,
}

impl Scopes {
    /// Takes the sources by host or host and path, and what is for all else.
    pub(in crate::registry) fn new(
        sources: BTreeMap<String, Auth>,
        default: CredentialStore,
    ) -> Self {
        Self { sources, default }
    }

    /// Returns the source that decides about a repository; none if it is the default one.
    pub(in crate::registry) fn source(&self, registry: &str, path: &str) -> Option<&Auth> {
        if self.sources.is_empty() {
            return None;
        }
        let whole = format!("{registry}/{path}");
        let mut place = whole.trim_end_matches('/');
        loop {
            if let Some(auth) = self.sources.get(place) {
                return Some(auth);
            }
            place = place.rsplit_once('/')?.0;
        }
    }

    pub(in crate::registry) fn default(&self) -> &CredentialStore {
        &self.default
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::auth::Secret;

    #[test]
    fn the_longest_path_that_fits_decides() {
        let credential = |name: &str| {
            let credential = Credential::basic("u", Secret::new("p"), name);
            (name.to_string(), Auth::Credential(credential))
        };
        let sources = ["quay.io", "quay.io/acme", "quay.io/acme/api", "r.io:5000"];
        let scopes = Scopes::new(sources.map(credential).into(), CredentialStore::new());
        let source = |registry: &str, path: &str| match scopes.source(registry, path) {
            Some(Auth::Credential(credential)) => credential.source().to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(source("quay.io", "acme/api"), "quay.io/acme/api");
        assert_eq!(source("quay.io", "acme/api/web"), "quay.io/acme/api");
        assert_eq!(source("quay.io", "acme/apis"), "quay.io/acme");
        assert_eq!(source("quay.io", "acmecorp/api"), "quay.io");
        assert_eq!(source("quay.io", ""), "quay.io");
        assert_eq!(source("r.io:5000", "a"), "r.io:5000");
        assert_eq!(source("r.io", "a"), "None");
    }
}
