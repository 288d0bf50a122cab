use std::collections::BTreeMap;

use serde::Serialize;

use crate::observe::{RequestKind, RequestOutcome, Timeline};

/// The most text of requests in a page; those that began last are left out of a longer one.
const LARGEST: usize = 1_500_000;

/// What the page's script draws.
#[derive(Debug, Serialize)]
pub(super) struct Data<'t> {
    /// The end of the run, in milliseconds from its beginning, as all times.
    end: f64,
    kinds: Vec<&'static str>,
    /// The hosts, in the order of their first requests.
    hosts: Vec<&'t str>,
    /// The requests, in the order of their beginnings.
    requests: Vec<Bar<'t>>,
    waits: Vec<Pause<'t>>,
    /// How many requests are left out.
    pub(super) omitted: usize,
}

/// A request: host, kind, start, length, status or 0, bytes, try, whether it is on the critical path, method,
/// path, and why it failed.
///
/// An array is a third of the length of an object.
#[derive(Debug, Serialize)]
struct Bar<'t>(
    usize,
    usize,
    f64,
    f64,
    u16,
    u64,
    u32,
    u8,
    &'t str,
    &'t str,
    &'t str,
);

/// A wait: host, start, length, and what for.
#[derive(Debug, Serialize)]
struct Pause<'t>(usize, f64, f64, &'t str);

impl<'t> Data<'t> {
    pub(super) fn new(timeline: &'t Timeline, critical: &[usize], wall: f64) -> Self {
        let mut order: Vec<usize> = (0..timeline.requests.len()).collect();
        order.sort_by_key(|place| timeline.requests[*place].start);
        let mut hosts = Hosts::default();
        let mut requests = Vec::new();
        let mut length = 0;
        let mut on_path = vec![0_u8; order.len()];
        for place in critical {
            on_path[*place] = 1;
        }
        let mut end = wall;
        for place in &order {
            let timed = &timeline.requests[*place];
            let request = &timed.request;
            let (status, bytes, reason) = match &timed.outcome {
                RequestOutcome::Answered {
                    status,
                    received_bytes,
                    ..
                } => (*status, *received_bytes, ""),
                RequestOutcome::Failed(reason) => (0, 0, reason.as_str()),
            };
            length += request.path.len() + reason.len() + 50;
            if length > LARGEST {
                break;
            }
            let kind = RequestKind::ALL
                .iter()
                .position(|kind| *kind == request.kind);
            let start = milliseconds(timed.start);
            let span = milliseconds(timed.end.saturating_sub(timed.start));
            end = end.max(start + span);
            requests.push(Bar(
                hosts.of(&request.host),
                kind.unwrap_or_default(),
                start,
                span,
                status,
                bytes,
                request.attempt,
                on_path[*place],
                request.method,
                &request.path,
                reason,
            ));
        }
        let waits = timeline.waits.iter().map(|wait| {
            let (start, length) = (milliseconds(wait.start), milliseconds(wait.duration));
            Pause(hosts.of(&wait.host), start, length, &wait.why)
        });
        let waits = waits.collect();
        Self {
            end,
            kinds: RequestKind::ALL.map(RequestKind::name).into(),
            omitted: order.len() - requests.len(),
            hosts: hosts.names,
            requests,
            waits,
        }
    }
}

#[derive(Default)]
struct Hosts<'t> {
    names: Vec<&'t str>,
    places: BTreeMap<&'t str, usize>,
}

impl<'t> Hosts<'t> {
    fn of(&mut self, name: &'t str) -> usize {
        let next = self.names.len();
        let place = *self.places.entry(name).or_insert(next);
        if place == next {
            self.names.push(name);
        }
        place
    }
}

/// Returns a time in milliseconds, to the hundredth.
pub(super) fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e5).round() / 100.0
}
