use std::collections::BTreeMap;
use std::time::Duration;

use super::{Event, RequestKind};

/// The statistics of a run, computed from its events.
///
/// ```
/// use imagelock::observe::{Event, Statistics};
///
/// let mut statistics = Statistics::default();
/// statistics.add(&Event::CacheHit { bytes: 512 });
/// assert_eq!((statistics.cache.hits, statistics.cache.hit_bytes), (1, 512));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// The traffic of all hosts together.
    pub total: Traffic,
    /// The traffic by host.
    pub hosts: BTreeMap<String, Traffic>,
    /// The use of the content cache.
    pub cache: CacheUse,
}

/// The traffic of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The requests sent, by kind; kinds without requests are omitted.
    pub requests: BTreeMap<RequestKind, u64>,
    /// The responses, by HTTP status.
    pub statuses: BTreeMap<u16, u64>,
    /// The responses, by protocol.
    pub versions: BTreeMap<&'static str, u64>,
    /// The requests without a response.
    pub unanswered: u64,
    /// The requests that were repeated.
    pub retries: u64,
    /// The total size of the bodies as read.
    pub received_bytes: u64,
    /// The most requests in flight.
    pub most_at_once: u64,
    /// The waits, by reason.
    pub waits: BTreeMap<String, Waits>,
    under_way: u64,
}

/// The number and length of waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// The number of waits.
    pub count: u64,
    /// The total length; concurrent waits count separately.
    pub duration: Duration,
}

/// The use of the content cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUse {
    /// The number of hits.
    pub hits: u64,
    /// The total size of the hits.
    pub hit_bytes: u64,
    /// The number of misses.
    pub misses: u64,
}

impl Statistics {
    /// Adds an event.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::RequestStarted { request } => self.of(&request.host, |traffic| {
                *traffic.requests.entry(request.kind).or_default() += 1;
                traffic.retries += u64::from(request.attempt > 1);
                traffic.under_way += 1;
                traffic.most_at_once = traffic.most_at_once.max(traffic.under_way);
            }),
            Event::RequestFinished {
                request,
                status,
                version,
                received_bytes,
                ..
            } => self.of(&request.host, |traffic| {
                *traffic.statuses.entry(*status).or_default() += 1;
                *traffic.versions.entry(version).or_default() += 1;
                traffic.received_bytes += received_bytes;
                traffic.under_way = traffic.under_way.saturating_sub(1);
            }),
            Event::RequestFailed { request, .. } => self.of(&request.host, |traffic| {
                traffic.unanswered += 1;
                traffic.under_way = traffic.under_way.saturating_sub(1);
            }),
            Event::Waiting {
                host,
                duration,
                why,
            } => self.of(host, |traffic| {
                let waits = traffic.waits.entry(why.clone()).or_default();
                waits.count += 1;
                waits.duration = waits.duration.saturating_add(*duration);
            }),
            Event::CacheHit { bytes } => {
                self.cache.hits += 1;
                self.cache.hit_bytes += bytes;
            }
            Event::CacheMiss => self.cache.misses += 1,
            Event::Anonymous { .. }
            | Event::NextCredential { .. }
            | Event::ForeignRealm { .. }
            | Event::MirrorPassed { .. }
            | Event::InventoryPassed { .. }
            | Event::Unverified { .. }
            | Event::CacheFailed { .. }
            | Event::BundledRoots => {}
        }
    }

    fn of(&mut self, host: &str, change: impl Fn(&mut Traffic)) {
        change(&mut self.total);
        match self.hosts.get_mut(host) {
            Some(traffic) => change(traffic),
            None => change(self.hosts.entry(host.into()).or_default()),
        }
    }
}

impl Traffic {
    /// Returns the number of requests.
    pub fn request_count(&self) -> u64 {
        self.requests.values().sum()
    }

    /// Returns the number and length of all waits.
    pub fn waited(&self) -> Waits {
        let waits = self.waits.values();
        waits.fold(Waits::default(), |sum, waits| Waits {
            count: sum.count + waits.count,
            duration: sum.duration.saturating_add(waits.duration),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{failed, finished, started, waiting};
    use super::*;

    fn of(events: &[Event]) -> Statistics {
        let mut statistics = Statistics::default();
        for event in events {
            statistics.add(event);
        }
        statistics
    }

    #[test]
    fn requests_are_counted_by_host_and_kind() {
        let (list, get) = (RequestKind::TagList, RequestKind::ManifestGet);
        let statistics = of(&[
            started("a.io", list, 1),
            finished("a.io", list, 1, 503, 10),
            started("a.io", list, 2),
            finished("a.io", list, 2, 200, 100),
            started("b.io", get, 1),
            failed("b.io", get, 1),
        ]);
        let traffic = &statistics.hosts["a.io"];
        assert_eq!(traffic.requests, [(list, 2)].into());
        assert_eq!(traffic.statuses, [(200, 1), (503, 1)].into());
        assert_eq!(traffic.versions, [("HTTP/1.1", 2)].into());
        assert_eq!((traffic.retries, traffic.unanswered), (1, 0));
        assert_eq!(traffic.received_bytes, 110);
        let traffic = &statistics.hosts["b.io"];
        assert_eq!((traffic.retries, traffic.unanswered), (0, 1));
        let total = &statistics.total;
        assert_eq!(total.requests, [(list, 2), (get, 1)].into());
        assert_eq!(total.request_count(), 3);
        assert_eq!((total.retries, total.unanswered), (1, 1));
    }

    #[test]
    fn what_is_under_way_at_once_is_counted_by_host_and_together() {
        let kind = RequestKind::Blob;
        let statistics = of(&[
            started("a.io", kind, 1),
            started("a.io", kind, 1),
            finished("a.io", kind, 1, 200, 0),
            started("b.io", kind, 1),
            failed("a.io", kind, 1),
            started("b.io", kind, 1),
            started("b.io", kind, 1),
        ]);
        assert_eq!(statistics.hosts["a.io"].most_at_once, 2);
        assert_eq!(statistics.hosts["b.io"].most_at_once, 3);
        assert_eq!(statistics.total.most_at_once, 3, "never four");
    }

    #[test]
    fn waits_are_summed_by_what_they_are_for() {
        let statistics = of(&[
            waiting("a.io", 1500, "it answered 429"),
            waiting("a.io", 500, "it answered 429"),
            waiting("a.io", 250, "no answer in time"),
        ]);
        let traffic = &statistics.hosts["a.io"];
        let waits = Waits {
            count: 2,
            duration: Duration::from_secs(2),
        };
        assert_eq!(traffic.waits["it answered 429"], waits);
        let waited = Waits {
            count: 3,
            duration: Duration::from_millis(2250),
        };
        assert_eq!(
            (traffic.waited(), statistics.total.waited()),
            (waited, waited)
        );
    }

    #[test]
    fn the_cache_is_counted() {
        let statistics = of(&[
            Event::CacheMiss,
            Event::CacheHit { bytes: 5 },
            Event::CacheHit { bytes: 7 },
        ]);
        let cache = CacheUse {
            hits: 2,
            hit_bytes: 12,
            misses: 1,
        };
        assert_eq!(statistics.cache, cache);
        assert!(statistics.hosts.is_empty());
    }
}
