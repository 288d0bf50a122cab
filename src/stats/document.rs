use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::RunInfo;
#[cfg(test)]
use crate::generated::every_key_is_required;
use crate::observe::{RequestKind, Statistics, Traffic};

/// The JSON schema of the statistics of a run.
pub const SCHEMA: &str = include_str!("../../schema/stats.schema.json");

/// The name and version of the JSON contract.
///
/// Within a version, keys are only added, so readers should ignore unknown ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum StatsContract {
    /// The first version.
    #[default]
    #[serde(rename = "imagelock.stats/v1")]
    StatsV1,
}

/// The cost of a run: the JSON contract `imagelock.stats/v1`.
///
/// Every key is always present; unknown values are `null`. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "imagelock stats", transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct Stats {
    /// The contract this document follows.
    pub schema: StatsContract,
    /// The name of the command, without its arguments.
    pub command: String,
    /// The exit code.
    pub exit_code: u8,
    /// The time of the run.
    pub time: TimeStats,
    /// The peak memory of the process, in bytes.
    pub peak_memory_bytes: Option<u64>,
    /// The use of the content cache.
    pub cache: CacheStats,
    /// The traffic of all hosts together.
    pub total: TrafficStats,
    /// The traffic of each host, sorted by name: registries as named in the config, token servers, and
    /// redirect targets.
    pub hosts: Vec<HostStats>,
}

/// The time of a run, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(transform = every_key_is_required))]
#[serde(rename_all = "kebab-case")]
pub struct TimeStats {
    /// The time from start to end.
    pub wall: f64,
    /// The processor time over all processors, of the program and of the system on its behalf.
    pub cpu: Option<f64>,
}

/// How often the content cache had the requested content.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct CacheStats {
    /// The number of hits.
    pub hits: u64,
    /// The total size of the hits, in bytes.
    pub hit_bytes: u64,
    /// The number of misses.
    pub misses: u64,
}

/// The traffic of one host.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct HostStats {
    /// The host, with its port if it is not the default port.
    pub host: String,
    /// Its traffic.
    pub traffic: TrafficStats,
}

/// The traffic of one or all hosts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct TrafficStats {
    /// The requests sent; a redirected request counts at each host.
    pub requests: u64,
    /// The requests by kind; every kind is present.
    pub kinds: BTreeMap<&'static str, u64>,
    /// The responses by the first digit of their status: `2xx`.
    pub status_classes: BTreeMap<String, u64>,
    /// The responses by status.
    pub statuses: BTreeMap<u16, u64>,
    /// The responses by protocol.
    pub protocols: BTreeMap<&'static str, u64>,
    /// The requests without a response.
    pub unanswered: u64,
    /// The requests repeated after a failure.
    pub retries: u64,
    /// The total size of the response bodies, uncompressed.
    pub received_bytes: u64,
    /// The peak concurrency: the most requests in flight.
    pub most_at_once: u64,
    /// The waits, sorted by reason.
    pub waits: Vec<WaitStats>,
}

/// The waits for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct WaitStats {
    /// The reason.
    pub why: String,
    /// The number of waits.
    pub count: u64,
    /// The total length; concurrent waits count separately.
    pub seconds: f64,
}

impl Stats {
    /// Collects the statistics of a run.
    pub fn new(run: &RunInfo, statistics: &Statistics) -> Self {
        let cache = statistics.cache;
        let hosts = statistics.hosts.iter();
        Self {
            schema: StatsContract::StatsV1,
            command: run.command.clone(),
            exit_code: run.exit_code,
            time: TimeStats {
                wall: seconds(run.cost.wall),
                cpu: run.cost.cpu.map(seconds),
            },
            peak_memory_bytes: run.cost.peak_memory_bytes,
            cache: CacheStats {
                hits: cache.hits,
                hit_bytes: cache.hit_bytes,
                misses: cache.misses,
            },
            total: TrafficStats::new(&statistics.total),
            hosts: hosts
                .map(|(host, traffic)| HostStats {
                    host: host.clone(),
                    traffic: TrafficStats::new(traffic),
                })
                .collect(),
        }
    }

    /// Returns the document's text: indented, with a final line break.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("invariant: every key is a string or a number");
        text.push('\n');
        text
    }
}

impl TrafficStats {
    fn new(traffic: &Traffic) -> Self {
        let count = |kind: RequestKind| traffic.requests.get(&kind).copied().unwrap_or_default();
        let kinds = RequestKind::ALL.map(|kind| (kind.name(), count(kind)));
        let mut classes: BTreeMap<String, u64> = BTreeMap::new();
        for (status, count) in &traffic.statuses {
            *classes.entry(format!("{}xx", status / 100)).or_default() += count;
        }
        let waits = traffic.waits.iter();
        Self {
            requests: traffic.request_count(),
            kinds: kinds.into(),
            status_classes: classes,
            statuses: traffic.statuses.clone(),
            protocols: traffic.versions.clone(),
            unanswered: traffic.unanswered,
            retries: traffic.retries,
            received_bytes: traffic.received_bytes,
            most_at_once: traffic.most_at_once,
            waits: waits
                .map(|(why, waits)| WaitStats {
                    why: why.clone(),
                    count: waits.count,
                    seconds: seconds(waits.duration),
                })
                .collect(),
        }
    }
}

/// Returns a time in seconds, to the microsecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Cost;
    use super::*;
    use crate::observe::Event;
    use crate::observe::sample::{failed, finished, started, waiting};

    #[test]
    fn the_schema_is_generated_from_the_types() {
        crate::generated::assert_schema::<Stats>("schema/stats.schema.json", SCHEMA, "stats");
    }

    #[test]
    fn a_document_has_everything() {
        let kind = RequestKind::TagList;
        let mut statistics = Statistics::default();
        for event in [
            started("b.io", kind, 1),
            failed("b.io", kind, 1),
            started("a.io", kind, 1),
            finished("a.io", kind, 1, 429, 10),
            waiting("a.io", 1500, "it answered 429"),
            started("a.io", kind, 2),
            finished("a.io", kind, 2, 200, 90),
            Event::CacheHit { bytes: 5 },
            Event::CacheMiss,
        ] {
            statistics.add(&event);
        }
        let run = RunInfo {
            command: "update".into(),
            exit_code: 3,
            cost: Cost {
                wall: Duration::from_nanos(1_234_567_890),
                cpu: Some(Duration::from_millis(70)),
                peak_memory_bytes: None,
            },
        };
        let text = Stats::new(&run, &statistics).to_json();
        assert!(text.ends_with("}\n"));
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["schema"], "imagelock.stats/v1");
        assert_eq!(document["command"], "update");
        assert_eq!(document["exit-code"], 3);
        assert_eq!(document["time"], json!({"wall": 1.234_568, "cpu": 0.07}));
        assert_eq!(document["peak-memory-bytes"], Value::Null);
        assert_eq!(
            document["cache"],
            json!({"hits": 1, "hit-bytes": 5, "misses": 1})
        );
        assert_eq!(document["total"]["requests"], 3);
        assert_eq!(document["hosts"][0]["host"], "a.io");
        let traffic = &document["hosts"][0]["traffic"];
        assert_eq!(traffic["kinds"]["tag-list"], 2);
        assert_eq!(traffic["kinds"]["manifest-get"], 0, "every kind is there");
        assert_eq!(traffic["status-classes"], json!({"2xx": 1, "4xx": 1}));
        assert_eq!(traffic["statuses"], json!({"200": 1, "429": 1}));
        assert_eq!(traffic["protocols"], json!({"HTTP/1.1": 2}));
        let counts = ["unanswered", "retries", "received-bytes", "most-at-once"];
        assert_eq!(
            counts.map(|key| traffic[key].as_u64().unwrap()),
            [0, 1, 100, 1]
        );
        let wait = json!({"why": "it answered 429", "count": 1, "seconds": 1.5});
        assert_eq!(traffic["waits"], json!([wait]));
        assert_eq!(document["hosts"][1]["traffic"]["unanswered"], 1);
    }
}
