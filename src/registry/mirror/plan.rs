use super::endpoint::Endpoint;
use super::place::Mirror;
use crate::image::Repository;
use crate::observe::Event;
use crate::registry::client::ClientInner;
use crate::registry::error::ErrorKind;
use crate::registry::host::EndpointHealth;
use crate::registry::request_error::RequestError;

/// Where to ask for a repository: mirrors in their order, and the registry itself at last.
pub(in crate::registry) struct MirrorPlan {
    mirrors: Vec<Endpoint>,
    origin: Endpoint,
}

/// The hosts of the mirrors that are contacted first for a repository; `None` for the registry itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstAsked {
    /// The host for tags.
    pub tags: Option<String>,
    /// The host for content by digest.
    pub content: Option<String>,
}

impl MirrorPlan {
    /// Returns the places that are believed about tags.
    pub(in crate::registry) fn for_tags(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints(|mirror| mirror.resolves)
    }

    /// Returns the places that are asked for content by its digest.
    pub(in crate::registry) fn for_content(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints(|mirror| mirror.has_content)
    }

    /// Returns `true` if content can come from elsewhere than the registry.
    pub(in crate::registry) fn has_content_elsewhere(&self) -> bool {
        self.for_content().any(Endpoint::is_mirror)
    }

    /// Returns the mirrors that are asked first, where it is not the registry itself.
    pub(in crate::registry) fn first(&self) -> FirstAsked {
        let mirror = |endpoint: Option<&Endpoint>| {
            let endpoint = endpoint.filter(|endpoint| endpoint.is_mirror())?;
            Some(endpoint.host.name.clone())
        };
        FirstAsked {
            tags: mirror(self.for_tags().next()),
            content: mirror(self.for_content().next()),
        }
    }

    /// Returns the names of the mirrors, in their order.
    pub(in crate::registry) fn mirrors(&self) -> Vec<String> {
        let mirrors = self
            .mirrors
            .iter()
            .filter_map(|endpoint| endpoint.mirror.as_ref());
        mirrors.map(ToString::to_string).collect()
    }

    /// Returns the registry itself.
    pub(in crate::registry) fn into_origin(self) -> Endpoint {
        self.origin
    }

    fn endpoints(&self, wanted: impl Fn(&Mirror) -> bool) -> impl Iterator<Item = &Endpoint> {
        let mirrors = self.mirrors.iter().filter(move |endpoint| {
            let is_wanted = endpoint.mirror.as_ref().is_some_and(&wanted);
            is_wanted && endpoint.host.is_worth_asking(&endpoint.path)
        });
        mirrors.chain([&self.origin])
    }
}

impl ClientInner {
    /// Returns where to ask for a repository.
    pub(in crate::registry) fn plan(
        &self,
        repository: &Repository,
    ) -> Result<MirrorPlan, RequestError> {
        let limiters = &self.exchange.limiters;
        let mut mirrors = Vec::new();
        let mut location = None;
        for route_for in self
            .routes
            .iter()
            .filter_map(|routes| routes.route_for(repository))
        {
            route_for.route.check()?;
            for mirror in &route_for.route.mirrors {
                mirrors.push(Endpoint {
                    host: self
                        .hosts
                        .of_place(&mirror.host(), mirror.root(), true, limiters)?,
                    path: mirror.path_of(&route_for.rest),
                    mirror: Some(mirror.clone()),
                    is_told_registry: mirror.is_told_registry,
                    repository: repository.clone(),
                });
            }
            let found = route_for.route.location.as_ref();
            location = location.or(found.map(|found| (found, route_for.rest)));
        }
        let origin = match location {
            None => Endpoint::of(&self.hosts.of(repository.registry(), limiters)?, repository),
            Some((location, rest)) => Endpoint {
                host: self
                    .hosts
                    .of_place(&location.host(), location.root(), false, limiters)?,
                path: location.path_of(&rest),
                mirror: None,
                is_told_registry: location.is_told_registry,
                repository: repository.clone(),
            },
        };
        Ok(MirrorPlan { mirrors, origin })
    }

    /// Refuses a registry that is not to be asked at all.
    pub(in crate::registry) fn check_unblocked(&self, registry: &str) -> Result<(), RequestError> {
        for routes in &self.routes {
            routes.check_host(registry)?;
        }
        Ok(())
    }

    /// Returns the registry itself, as it is to be asked for a repository.
    pub(in crate::registry) fn origin(
        &self,
        repository: &Repository,
    ) -> Result<Endpoint, RequestError> {
        Ok(self.plan(repository)?.into_origin())
    }
}

/// The mirrors that were passed over on the way to an answer.
#[derive(Default)]
pub(in crate::registry) struct FailoverLog {
    notes: Vec<String>,
    /// The mirrors that are not asked about tags.
    disbelieved: Vec<String>,
}

impl FailoverLog {
    /// Begins to ask about tags.
    pub(in crate::registry) fn of_tags(plan: &MirrorPlan) -> Self {
        let mirrors = plan
            .mirrors
            .iter()
            .filter_map(|endpoint| endpoint.mirror.as_ref());
        let disbelieved = mirrors.filter(|mirror| !mirror.resolves);
        Self {
            disbelieved: disbelieved.map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// Passes over a mirror that failed; what the registry itself says is an error, with what was passed
    /// over before.
    pub(in crate::registry) fn over(
        &mut self,
        inner: &ClientInner,
        endpoint: &Endpoint,
        mut error: RequestError,
    ) -> Result<(), RequestError> {
        let is_final = matches!(error.kind, ErrorKind::Offline | ErrorKind::Deadline { .. });
        let Some(mirror) = endpoint.mirror.as_ref().filter(|_| !is_final) else {
            if endpoint.host.name != endpoint.repository.registry() {
                error = error.at(&endpoint.host.name);
            }
            error.failover = std::mem::take(&mut self.notes);
            if health(&error.kind) == EndpointHealth::Down {
                let not_asked = self
                    .disbelieved
                    .iter()
                    .map(|mirror| format!("skipped mirror {mirror}: it is not trusted for tags"));
                error.failover.extend(not_asked);
            }
            return Err(error);
        };
        let reason = error.in_brief();
        let health = health(&error.kind);
        endpoint.host.note(&endpoint.path, health);
        inner.exchange.observer.on_event(&Event::MirrorPassed {
            mirror: mirror.to_string(),
            registry: endpoint.repository.registry().into(),
            path: endpoint.repository.path().into(),
            reason: reason.clone(),
            is_wrong: matches!(error.kind, ErrorKind::DigestMismatch { .. }),
        });
        self.notes
            .push(format!("the mirror {mirror} was passed over: {reason}"));
        Ok(())
    }

    /// Ends a list of places without an answer, which there is not: the registry itself is in every list.
    pub(in crate::registry) fn end(self) -> RequestError {
        RequestError {
            failover: self.notes,
            ..RequestError::invalid("there is no place to ask")
        }
    }
}

/// Says what a failure means for other requests to the same mirror.
pub(in crate::registry) fn health(kind: &ErrorKind) -> EndpointHealth {
    match kind {
        ErrorKind::Unreachable { .. }
        | ErrorKind::Timeout
        | ErrorKind::Tls(_)
        | ErrorKind::Proxy { .. }
        | ErrorKind::Transport { .. }
        | ErrorKind::RateLimited { .. }
        | ErrorKind::UnsafeRealm { .. }
        | ErrorKind::Credentials(_)
        // Not a registry at all, or one that is not to be believed.
        | ErrorKind::Invalid { .. }
        | ErrorKind::DigestMismatch { .. } => EndpointHealth::Down,
        ErrorKind::Denied { .. } | ErrorKind::ForeignRealm { .. } | ErrorKind::Failed => {
            EndpointHealth::NotFor
        }
        _ => EndpointHealth::Good,
    }
}
