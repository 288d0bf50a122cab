use std::collections::BTreeMap;

use super::place::Mirror;
use crate::image::Repository;
use crate::registry::error::ErrorKind;

/// The routes of repositories, by the prefix of their names.
///
/// A prefix is a host, a host and a path, or `*.` and a domain for all hosts below it: `ghcr.io`,
/// `ghcr.io/acme`, `*.example.com`. The most specific prefix that matches a repository is used, hosts before
/// domains; `*` matches everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    routes: BTreeMap<String, Route>,
}

/// The route of the repositories with one prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The mirrors, in the order in which to use them.
    pub mirrors: Vec<Mirror>,
    /// The location of the registry itself, if it differs from its name.
    pub location: Option<Mirror>,
    /// The settings that block these repositories, for display.
    pub blocked_by: Option<String>,
    /// Why the route is unknown, for display; no requests are sent then.
    pub problem: Option<String>,
}

/// A route with what follows its beginning in a repository's name.
pub(super) struct MatchedRoute<'r> {
    pub(super) route: &'r Route,
    pub(super) rest: String,
}

impl Routes {
    /// Creates empty routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the route of a prefix, and replaces an existing one.
    #[must_use]
    pub fn route(mut self, prefix: impl Into<String>, route: Route) -> Self {
        self.routes.insert(prefix.into(), route);
        self
    }

    /// Returns `true` if there are no routes.
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Returns the prefixes with their routes, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Route)> {
        self.routes
            .iter()
            .map(|(prefix, route)| (prefix.as_str(), route))
    }

    /// Refuses a registry that must not be asked, whatever the repository.
    pub(super) fn check_host(&self, registry: &str) -> Result<(), ErrorKind> {
        self.of_host(registry).map_or(Ok(()), Route::check)
    }

    /// Returns the route that decides about a repository.
    pub(super) fn route_for(&self, repository: &Repository) -> Option<MatchedRoute<'_>> {
        let name = repository.to_string();
        let mut prefix = name.as_str();
        loop {
            if let Some(route) = self.routes.get(prefix) {
                let rest = name[prefix.len()..].trim_start_matches('/').into();
                return Some(MatchedRoute { route, rest });
            }
            match prefix.rsplit_once('/') {
                Some((shorter, _)) => prefix = shorter,
                None => break,
            }
        }
        let route = self.of_host(repository.registry())?;
        let rest = repository.path().into();
        Some(MatchedRoute { route, rest })
    }

    /// Returns the route of a host as a whole, or of the domain that it is in, with its port or without.
    fn of_host(&self, host: &str) -> Option<&Route> {
        if let Some(route) = self.routes.get(host) {
            return Some(route);
        }
        let without_port = host.rsplit_once(':').map_or(host, |(name, _)| name);
        for mut domain in [host, without_port] {
            while let Some((_, above)) = domain.split_once('.') {
                if let Some(route) = self.routes.get(&format!("*.{above}")) {
                    return Some(route);
                }
                domain = above;
            }
        }
        self.routes.get("*")
    }
}

impl Route {
    /// Refuses what must not be asked.
    pub(super) fn check(&self) -> Result<(), ErrorKind> {
        if let Some(reason) = &self.problem {
            let reason = reason.clone();
            return Err(ErrorKind::UnknownMirrors { reason });
        }
        match &self.blocked_by {
            Some(by) => Err(ErrorKind::Blocked { by: by.clone() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_decides() {
        let named = |name: &str| Route {
            blocked_by: Some(name.into()),
            ..Route::default()
        };
        let beginnings = [
            "ghcr.io",
            "ghcr.io/acme",
            "ghcr.io/acme/api",
            "docker.io/library",
            "*.example.com",
            "*.eu.example.com",
            "*.eu.example.com:8443",
            "*.internal",
            "r.example.com:5000",
        ];
        let routes = beginnings.iter().fold(Routes::new(), |routes, name| {
            routes.route(*name, named(name))
        });
        for (repository, expected) in [
            ("ghcr.io/other/api", Some(("ghcr.io", "other/api"))),
            ("ghcr.io/acme/web", Some(("ghcr.io/acme", "web"))),
            ("ghcr.io/acme/api", Some(("ghcr.io/acme/api", ""))),
            ("ghcr.io/acme/api/x", Some(("ghcr.io/acme/api", "x"))),
            ("ghcr.io/acmes/api", Some(("ghcr.io", "acmes/api"))),
            ("nginx", Some(("docker.io/library", "nginx"))),
            ("acme/api", None),
            ("a.example.com/x/y", Some(("*.example.com", "x/y"))),
            ("a.eu.example.com/x", Some(("*.eu.example.com", "x"))),
            ("a.b.example.com/x", Some(("*.example.com", "x"))),
            ("example.com/x", None),
            ("r.example.com:5000/x", Some(("r.example.com:5000", "x"))),
            ("ghcr.io:443/x", None),
            ("a.example.com:5000/x", Some(("*.example.com", "x"))),
            (
                "a.eu.example.com:8443/x",
                Some(("*.eu.example.com:8443", "x")),
            ),
            ("a.eu.example.com:5000/x", Some(("*.eu.example.com", "x"))),
            ("cache.internal/x", Some(("*.internal", "x"))),
            ("a.b.internal:5000/x", Some(("*.internal", "x"))),
        ] {
            let found = routes.route_for(&Repository::parse(repository).unwrap());
            let found = found.map(|found| (found.route.blocked_by.clone().unwrap(), found.rest));
            let expected = expected.map(|(name, rest)| (name.to_string(), rest.to_string()));
            assert_eq!(found, expected, "{repository}");
        }
        let routes = routes.route("*", named("*"));
        let found = routes
            .route_for(&Repository::parse("acme/api").unwrap())
            .unwrap();
        assert_eq!(found.route.blocked_by.as_deref(), Some("*"));
        assert_eq!(found.rest, "acme/api");
    }
}
