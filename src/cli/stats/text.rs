use std::fmt::Write as _;

use super::super::size::size;
use super::super::table::TextTable;
use crate::observe::{RequestKind, Statistics, Traffic};
use crate::report::escape::clip;
use crate::stats::{Cost, RunInfo};

/// The most characters of what a wait was for.
const LONGEST_REASON: usize = 120;

/// Returns the figures of a run for people.
pub(super) fn text(run: &RunInfo, statistics: &Statistics) -> String {
    let mut text = String::new();
    if statistics.total.request_count() > 0 {
        let kinds: Vec<RequestKind> = statistics.total.requests.keys().copied().collect();
        let mut table = TextTable::bare();
        let mut head = vec!["host".to_string(), "requests".into()];
        head.extend(kinds.iter().map(ToString::to_string));
        head.extend(["unanswered", "repeated", "received", "at once"].map(Into::into));
        table.add(head);
        let hosts = statistics.hosts.iter();
        let all = (statistics.hosts.len() > 1).then_some(("all", &statistics.total));
        for (host, traffic) in hosts
            .map(|(host, traffic)| (host.as_str(), traffic))
            .chain(all)
        {
            table.add(row(host, traffic, &kinds));
        }
        let _ = write!(text, "{table}");
    }
    for (host, traffic) in &statistics.hosts {
        for (why, waits) in &traffic.waits {
            let times = if waits.count == 1 { "once" } else { "times" };
            let count = if waits.count == 1 {
                String::new()
            } else {
                format!("{} ", waits.count)
            };
            let _ = writeln!(
                text,
                "waited {count}{times} for {host}, {:.1} s: {}",
                waits.duration.as_secs_f64(),
                clip(why, LONGEST_REASON)
            );
        }
    }
    let cache = statistics.cache;
    if cache.hits + cache.misses > 0 {
        let _ = writeln!(
            text,
            "cache: {} found ({}), {} not found",
            cache.hits,
            size(cache.hit_bytes),
            cache.misses
        );
    }
    let _ = writeln!(text, "{}", took(&run.cost));
    text
}

fn row(host: &str, traffic: &Traffic, kinds: &[RequestKind]) -> Vec<String> {
    let mut row = vec![host.to_string(), traffic.request_count().to_string()];
    let count = |kind| traffic.requests.get(kind).copied().unwrap_or_default();
    row.extend(kinds.iter().map(|kind| count(kind).to_string()));
    row.extend([
        traffic.unanswered.to_string(),
        traffic.retries.to_string(),
        size(traffic.received_bytes),
        traffic.most_at_once.to_string(),
    ]);
    row
}

fn took(cost: &Cost) -> String {
    let mut text = format!("took {:.3} s", cost.wall.as_secs_f64());
    if let Some(cpu) = cost.cpu {
        let _ = write!(text, ", {:.3} s of processor time", cpu.as_secs_f64());
    }
    if let Some(bytes) = cost.peak_memory_bytes {
        let _ = write!(text, ", {} of memory at most", size(bytes));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::observe::Event;
    use crate::observe::sample::{finished, started, waiting};

    fn run(cost: Cost) -> RunInfo {
        RunInfo {
            command: "lock".into(),
            exit_code: 0,
            cost,
        }
    }

    #[test]
    fn hosts_have_a_row_each_and_one_together() {
        let mut statistics = Statistics::default();
        for event in [
            started("a.io", RequestKind::TagList, 1),
            finished("a.io", RequestKind::TagList, 1, 200, 1500),
            started("b.io", RequestKind::Token, 1),
            finished("b.io", RequestKind::Token, 1, 200, 20),
            waiting("a.io", 1500, "it answered 429"),
            waiting("b.io", 500, "no answer in time"),
            waiting("b.io", 500, "no answer in time"),
            Event::CacheHit { bytes: 5 },
            Event::CacheMiss,
        ] {
            statistics.add(&event);
        }
        let cost = Cost {
            wall: Duration::from_millis(1234),
            cpu: Some(Duration::from_millis(56)),
            peak_memory_bytes: Some(23_456_789),
        };
        assert_eq!(
            text(&run(cost), &statistics),
            "\
host  requests  token  tag-list  unanswered  repeated  received  at once
a.io  1         0      1         0           0         1.5 kB    1
b.io  1         1      0         0           0         20 B      1
all   2         1      1         0           0         1.5 kB    1
waited once for a.io, 1.5 s: it answered 429
waited 2 times for b.io, 1.0 s: no answer in time
cache: 1 found (5 B), 1 not found
took 1.234 s, 0.056 s of processor time, 23.4 MB of memory at most
"
        );
    }

    #[test]
    fn a_run_without_requests_has_its_time() {
        let cost = Cost {
            wall: Duration::from_millis(5),
            ..Cost::default()
        };
        let text = text(&run(cost), &Statistics::default());
        assert_eq!(text, "took 0.005 s\n");
    }
}
