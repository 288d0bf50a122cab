use std::collections::{BTreeMap, BTreeSet};

use super::Bounds;
use super::needs::Needs;
use crate::image::{Repository, Tag};
use crate::observe::RequestKind;
use crate::registry::FirstAsked;
use crate::resolve::job::Job;
use crate::resolve::plan::Plan;

/// The requests that carrying out a plan makes, by registry.
///
/// The bounds hold where every image gets its pin and the registry answers as the distribution spec says: what
/// fails is repeated or asked for in another way, what a mirror lacks is asked for twice, an index may leave
/// platforms to other documents, and a new tag is compared with up to eight prereleases of its numbers. Answers
/// from the content cache, and reports with dates and links, are not part of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The number of pins that need no request.
    pub kept: usize,
    /// The registries by the names that configs have for them, and mirrors by their hosts.
    pub registries: BTreeMap<String, RegistryForecast>,
}

/// The requests to one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryForecast {
    /// The number of images to resolve.
    pub images: usize,
    /// The number of their repositories.
    pub repositories: usize,
    /// The requests by kind; kinds without any are left out. Tokens come from wherever the registry says.
    pub requests: BTreeMap<RequestKind, Bounds>,
    /// How many of the requests are made a second time, with the token that the registry wants to see.
    pub challenged: Bounds,
}

type Requests = BTreeMap<RequestKind, Bounds>;

impl RegistryForecast {
    /// Returns the requests of all kinds together.
    pub fn total(&self) -> Bounds {
        let all = self.requests.values();
        all.fold(self.challenged, |sum, bounds| sum.and(*bounds))
    }
}

impl Forecast {
    /// Returns the requests of all registries by kind.
    pub fn requests(&self) -> BTreeMap<RequestKind, Bounds> {
        let mut sum = BTreeMap::new();
        let all = self
            .registries
            .values()
            .flat_map(|registry| &registry.requests);
        for (kind, bounds) in all {
            let known = sum.entry(*kind).or_insert(Bounds::NONE);
            *known = known.and(*bounds);
        }
        sum
    }

    /// Returns the requests of all registries and kinds together.
    pub fn total(&self) -> Bounds {
        let all = self.registries.values().map(RegistryForecast::total);
        all.fold(Bounds::NONE, Bounds::and)
    }
}

impl Plan {
    /// Tells the requests that [`resolve`](crate::resolve::resolve) would make, without making any.
    ///
    /// `excludes_newer` says that tags are held back by a point in time, as by a cooldown. `mirrors` says of
    /// repositories that have mirrors which ones are asked first; those have what they are asked for.
    pub fn forecast(
        &self,
        excludes_newer: bool,
        mirrors: &BTreeMap<Repository, FirstAsked>,
    ) -> Forecast {
        let mut repositories: BTreeMap<&Repository, Vec<&Job>> = BTreeMap::new();
        for job in &self.jobs {
            repositories
                .entry(&job.spec.repository)
                .or_default()
                .push(job);
        }
        let mut registries: BTreeMap<String, RegistryForecast> = BTreeMap::new();
        for (repository, jobs) in repositories {
            let requests = of_repository(&jobs, excludes_newer);
            let mut hosts = match mirrors.get(repository) {
                Some(first) => divided(requests, repository, first),
                None => BTreeMap::from([(repository.registry(), requests)]),
            };
            hosts.entry(repository.registry()).or_default();
            for (host, requests) in hosts {
                let registry = registries
                    .entry(host.into())
                    .or_insert_with(RegistryForecast::empty);
                registry.images += jobs.len();
                registry.repositories += usize::from(!requests.is_empty());
                for (kind, bounds) in requests {
                    let known = registry.requests.entry(kind).or_insert(Bounds::NONE);
                    *known = known.and(bounds);
                }
            }
        }
        for registry in registries
            .values_mut()
            .filter(|registry| registry.repositories > 0)
        {
            let inventory = registry.requests.get(&RequestKind::TagMetadata);
            let is_dated = inventory.is_some_and(|bounds| bounds.at_most.is_none());
            let mut tokens = tokens(registry.repositories);
            registry.challenged = Bounds::between(0, 1);
            if is_dated {
                // An interface of the registry's own may want a proof of its own for each.
                let proofs = Bounds::between(0, registry.repositories as u64);
                tokens = tokens.and(proofs);
                registry.challenged = registry.challenged.and(proofs);
            }
            registry.requests.insert(RequestKind::Token, tokens);
        }
        Forecast {
            kept: self.kept.len(),
            registries,
        }
    }
}

impl RegistryForecast {
    fn empty() -> Self {
        Self {
            images: 0,
            repositories: 0,
            requests: BTreeMap::new(),
            challenged: Bounds::NONE,
        }
    }
}

/// Returns how many tokens so many repositories take: one each, where the registry has any, or fewer where
/// one is good for many; trying that costs two.
fn tokens(repositories: usize) -> Bounds {
    let trial = if repositories > 1 { 2 } else { 0 };
    Bounds::between(0, repositories as u64 + trial)
}

/// Divides the requests for one repository among its registry and the mirrors that are asked first.
fn divided<'h>(
    requests: Requests,
    repository: &'h Repository,
    first: &'h FirstAsked,
) -> BTreeMap<&'h str, Requests> {
    let about_tags = first.tags.as_deref().unwrap_or(repository.registry());
    let mut hosts: BTreeMap<&str, Requests> = BTreeMap::new();
    let mut add = |host, kind, bounds: Bounds| {
        let requests = hosts.entry(host).or_default();
        let known = requests.entry(kind).or_insert(Bounds::NONE);
        *known = known.and(bounds);
    };
    for (kind, bounds) in requests {
        match (kind, first.content.as_deref()) {
            // Where a mirror has the word on tags, the registry's own interface is not asked.
            (RequestKind::TagMetadata, _) if first.tags.is_some() => {}
            (RequestKind::ManifestGet, Some(mirror)) => {
                // What a tag points to is asked by HEAD then, and the manifest by its digest.
                let heads = Bounds {
                    at_least: 0,
                    ..bounds
                };
                add(about_tags, RequestKind::ManifestHead, heads);
                add(mirror, kind, bounds);
            }
            (RequestKind::Blob, Some(mirror)) => add(mirror, kind, bounds),
            (RequestKind::TagMetadata, _) => add(repository.registry(), kind, bounds),
            _ => add(about_tags, kind, bounds),
        }
    }
    hosts
}

/// Sums up the jobs of one repository, each of whose answers is asked for once.
fn of_repository(jobs: &[&Job], excludes_newer: bool) -> Requests {
    let needs: Vec<Needs<'_>> = jobs
        .iter()
        .map(|job| Needs::of(job, excludes_newer))
        .collect();
    let shared = |part: fn(&Needs<'_>) -> Bounds| {
        let parts = needs.iter().map(part);
        parts
            .reduce(Bounds::and_perhaps_shared)
            .unwrap_or(Bounds::NONE)
    };
    let heads: BTreeSet<&Tag> = needs
        .iter()
        .flat_map(|needs| needs.heads.iter().copied())
        .collect();
    let known = heads.len() as u64;
    // A tag that is to be found out may be one of those that are known.
    let found_out = shared(|needs| needs.more_heads);
    let heads = Bounds::exactly(known).and_perhaps_shared(found_out);
    let all = [
        (RequestKind::TagList, shared(|needs| needs.tag_lists)),
        (RequestKind::ManifestHead, heads),
        (RequestKind::ManifestGet, shared(|needs| needs.manifests)),
        (RequestKind::Blob, shared(|needs| needs.blobs)),
        (RequestKind::TagMetadata, shared(|needs| needs.inventory)),
    ];
    all.into_iter()
        .filter(|(_, bounds)| !bounds.is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{config, entry};
    use super::super::super::{Intent, plan};
    use super::*;
    use crate::lock::{Lock, Pin};

    /// Tells the requests of `update` as `kind bounds`.
    fn told(images: &str, pins: &[Pin]) -> Vec<String> {
        let lock = Lock {
            images: pins.to_vec(),
            ..Lock::default()
        };
        let names = BTreeSet::new();
        let plan = plan(&config(images), &lock, &Intent::Update { names }).unwrap();
        let requests = plan.forecast(false, &BTreeMap::new()).requests();
        let told = requests
            .iter()
            .map(|(kind, bounds)| format!("{kind} {bounds}"));
        told.collect()
    }

    #[test]
    fn images_of_one_repository_share_what_they_may_share() {
        let images = "a = { image = \"r.io/app\", constraint = \"^1\" }\n\
                      b = { image = \"r.io/app\", constraint = \"^2\" }\n\
                      c = { image = \"r.io/other\", tag = \"edge\" }";
        let expected = ["token 0 to 4", "tag-list 1 or more", "manifest-get 2 to 3"];
        assert_eq!(told(images, &[]), expected);
    }

    #[test]
    fn docker_hub_is_asked_for_digests() {
        let new = [
            "token 0 to 1",
            "tag-list 1 or more",
            "manifest-head 1 to 2",
            "manifest-get 0 to 1",
            "inventory 0 to 1",
        ];
        assert_eq!(told("app = \"^1\"", &[]), new);
    }

    #[test]
    fn what_depends_on_answers_has_no_upper_bound() {
        for options in [
            "strategy = \"newest-build\"",
            "constraint = \"^1\", cooldown = \"3 days\"",
            "constraint = \"^1\", platforms = [\"linux/amd64\"]",
        ] {
            let told = told(&format!("app = {{ image = \"r.io/app\", {options} }}"), &[]);
            let pending = told
                .iter()
                .any(|line| line.starts_with("manifest-get") && line.ends_with("or more"));
            assert!(pending, "{options}: {told:?}");
        }
    }

    #[test]
    fn a_pin_that_follows_nothing_needs_nothing() {
        let pin = Pin {
            image: Repository::parse("r.io/app").unwrap(),
            ..entry("app", "digest edge", "edge", &[])
        };
        let images = "app = { image = \"r.io/app\", tag = \"edge\", digest-updates = \"never\" }";
        assert_eq!(told(images, &[pin]), [""; 0]);
    }
}
