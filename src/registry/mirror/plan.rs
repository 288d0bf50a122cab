use super::place::Mirror;
use super::site::Site;
use crate::image::Repository;
use crate::observe::Event;
use crate::registry::client::Shared;
use crate::registry::error::ErrorKind;
use crate::registry::host::Opinion;
use crate::registry::trouble::Trouble;

/// Where to ask for a repository: mirrors in their order, and the registry itself at last.
pub(in crate::registry) struct Plan {
    mirrors: Vec<Site>,
    origin: Site,
}

/// The hosts of the mirrors that are contacted first for a repository; `None` for the registry itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstAsked {
    /// The host for tags.
    pub tags: Option<String>,
    /// The host for content by digest.
    pub content: Option<String>,
}

impl Plan {
    /// Returns the places that are believed about tags.
    pub(in crate::registry) fn for_tags(&self) -> impl Iterator<Item = &Site> {
        self.sites(|mirror| mirror.resolves)
    }

    /// Returns the places that are asked for content by its digest.
    pub(in crate::registry) fn for_content(&self) -> impl Iterator<Item = &Site> {
        self.sites(|mirror| mirror.has_content)
    }

    /// Returns `true` if content can come from elsewhere than the registry.
    pub(in crate::registry) fn has_content_elsewhere(&self) -> bool {
        self.for_content().any(Site::is_mirror)
    }

    /// Returns the mirrors that are asked first, where it is not the registry itself.
    pub(in crate::registry) fn first(&self) -> FirstAsked {
        let mirror = |site: Option<&Site>| {
            let site = site.filter(|site| site.is_mirror())?;
            Some(site.host.name.clone())
        };
        FirstAsked {
            tags: mirror(self.for_tags().next()),
            content: mirror(self.for_content().next()),
        }
    }

    /// Returns the names of the mirrors, in their order.
    pub(in crate::registry) fn mirrors(&self) -> Vec<String> {
        let mirrors = self.mirrors.iter().filter_map(|site| site.mirror.as_ref());
        mirrors.map(ToString::to_string).collect()
    }

    /// Returns the registry itself.
    pub(in crate::registry) fn into_origin(self) -> Site {
        self.origin
    }

    fn sites(&self, wanted: impl Fn(&Mirror) -> bool) -> impl Iterator<Item = &Site> {
        let mirrors = self.mirrors.iter().filter(move |site| {
            let is_wanted = site.mirror.as_ref().is_some_and(&wanted);
            is_wanted && site.host.is_worth_asking(&site.path)
        });
        mirrors.chain([&self.origin])
    }
}

impl Shared {
    /// Returns where to ask for a repository.
    pub(in crate::registry) fn plan(&self, repository: &Repository) -> Result<Plan, Trouble> {
        let gates = &self.exchange.gates;
        let mut mirrors = Vec::new();
        let mut location = None;
        for fitting in self
            .routes
            .iter()
            .filter_map(|routes| routes.fitting(repository))
        {
            fitting.route.check()?;
            for mirror in &fitting.route.mirrors {
                mirrors.push(Site {
                    host: self
                        .hosts
                        .of_place(&mirror.host(), mirror.root(), true, gates)?,
                    path: mirror.path_of(&fitting.rest),
                    mirror: Some(mirror.clone()),
                    is_told_registry: mirror.is_told_registry,
                    repository: repository.clone(),
                });
            }
            let found = fitting.route.location.as_ref();
            location = location.or(found.map(|found| (found, fitting.rest)));
        }
        let origin = match location {
            None => Site::of(&self.hosts.of(repository.registry(), gates)?, repository),
            Some((location, rest)) => Site {
                host: self
                    .hosts
                    .of_place(&location.host(), location.root(), false, gates)?,
                path: location.path_of(&rest),
                mirror: None,
                is_told_registry: location.is_told_registry,
                repository: repository.clone(),
            },
        };
        Ok(Plan { mirrors, origin })
    }

    /// Refuses a registry that is not to be asked at all.
    pub(in crate::registry) fn check_unblocked(&self, registry: &str) -> Result<(), Trouble> {
        for routes in &self.routes {
            routes.check_host(registry)?;
        }
        Ok(())
    }

    /// Returns the registry itself, as it is to be asked for a repository.
    pub(in crate::registry) fn origin(&self, repository: &Repository) -> Result<Site, Trouble> {
        Ok(self.plan(repository)?.into_origin())
    }
}

/// The mirrors that were passed over on the way to an answer.
#[derive(Default)]
pub(in crate::registry) struct Passed {
    notes: Vec<String>,
    /// The mirrors that are not asked about tags.
    disbelieved: Vec<String>,
}

impl Passed {
    /// Begins to ask about tags.
    pub(in crate::registry) fn of_tags(plan: &Plan) -> Self {
        let mirrors = plan.mirrors.iter().filter_map(|site| site.mirror.as_ref());
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
        shared: &Shared,
        site: &Site,
        mut trouble: Trouble,
    ) -> Result<(), Trouble> {
        let is_final = matches!(
            trouble.kind,
            ErrorKind::Offline | ErrorKind::Deadline { .. }
        );
        let Some(mirror) = site.mirror.as_ref().filter(|_| !is_final) else {
            if site.host.name != site.repository.registry() {
                trouble = trouble.at(&site.host.name);
            }
            trouble.passed = std::mem::take(&mut self.notes);
            if opinion(&trouble.kind) == Opinion::Down {
                let not_asked = self
                    .disbelieved
                    .iter()
                    .map(|mirror| format!("skipped mirror {mirror}: it is not trusted for tags"));
                trouble.passed.extend(not_asked);
            }
            return Err(trouble);
        };
        let reason = trouble.in_brief();
        let opinion = opinion(&trouble.kind);
        site.host.note(&site.path, opinion);
        shared.exchange.observer.on_event(&Event::MirrorPassed {
            mirror: mirror.to_string(),
            registry: site.repository.registry().into(),
            path: site.repository.path().into(),
            reason: reason.clone(),
            is_wrong: matches!(trouble.kind, ErrorKind::DigestMismatch { .. }),
        });
        self.notes
            .push(format!("the mirror {mirror} was passed over: {reason}"));
        Ok(())
    }

    /// Ends a list of places without an answer, which there is not: the registry itself is in every list.
    pub(in crate::registry) fn end(self) -> Trouble {
        Trouble {
            passed: self.notes,
            ..Trouble::invalid("there is no place to ask")
        }
    }
}

/// Says what a failure means for other requests to the same mirror.
pub(in crate::registry) fn opinion(kind: &ErrorKind) -> Opinion {
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
        | ErrorKind::DigestMismatch { .. } => Opinion::Down,
        ErrorKind::Denied { .. } | ErrorKind::ForeignRealm { .. } | ErrorKind::Failed => {
            Opinion::NotFor
        }
        _ => Opinion::Good,
    }
}
