use std::time::Duration;

use super::{Event, RequestInfo};

/// How close together two ends are to count as the same time.
const CLOSE: Duration = Duration::from_millis(1);

/// When a run made each request, and when it waited; times are from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The requests that came to an end, in that order.
    pub requests: Vec<TimedRequest>,
    /// The waits, in the order in which they began.
    pub waits: Vec<TimedWait>,
}

/// A request with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedRequest {
    /// The request.
    pub request: RequestInfo,
    /// When it went out.
    pub start: Duration,
    /// When its answer was there, or it was given up.
    pub end: Duration,
    /// What it came to.
    pub outcome: RequestOutcome,
}

/// What a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestOutcome {
    /// There was an answer.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The protocol.
        version: &'static str,
        /// The body's length as it was read.
        received_bytes: u64,
    },
    /// There was none, for this reason.
    Failed(String),
}

/// A time in which nothing was asked of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedWait {
    /// The host.
    pub host: String,
    /// When it began.
    pub start: Duration,
    /// How long it was to be.
    pub duration: Duration,
    /// The reason.
    pub why: String,
}

impl Timeline {
    /// Takes an event into account that happened so long after the beginning.
    pub fn add(&mut self, at: Duration, event: &Event) {
        let (request, elapsed, outcome) = match event {
            Event::RequestFinished {
                request,
                status,
                version,
                received_bytes,
                elapsed,
            } => {
                let outcome = RequestOutcome::Answered {
                    status: *status,
                    version,
                    received_bytes: *received_bytes,
                };
                (request, elapsed, outcome)
            }
            Event::RequestFailed {
                request,
                reason,
                elapsed,
            } => (request, elapsed, RequestOutcome::Failed(reason.clone())),
            Event::Waiting {
                host,
                duration,
                why,
            } => {
                self.waits.push(TimedWait {
                    host: host.clone(),
                    start: at,
                    duration: *duration,
                    why: why.clone(),
                });
                return;
            }
            _ => return,
        };
        self.requests.push(TimedRequest {
            request: request.clone(),
            start: at.saturating_sub(*elapsed),
            end: at,
            outcome,
        });
    }

    /// Returns the chain of requests that ended last, as places in [`requests`](Self::requests), the earliest
    /// first.
    ///
    /// What a request had to wait for is not recorded. Here it is the request that ended last before it went
    /// out, whichever that is: its token, the tag list that was the last to come, or the one that left it room
    /// at its host. Of those that ended at nearly the same time it is one of the same repository.
    pub fn critical_path(&self) -> Vec<usize> {
        let mut by_end: Vec<usize> = (0..self.requests.len()).collect();
        by_end.sort_by_key(|place| (self.requests[*place].end, self.requests[*place].start));
        let mut path = Vec::new();
        let mut next = by_end.len().checked_sub(1);
        while let Some(position) = next {
            let place = by_end[position];
            path.push(place);
            let current = &self.requests[place];
            let ended = by_end[..position]
                .partition_point(|other| self.requests[*other].end <= current.start);
            next = ended.checked_sub(1).map(|last| {
                let latest = self.requests[by_end[last]].end;
                let close = (0..=last).rev().take_while(|position| {
                    latest.saturating_sub(self.requests[by_end[*position]].end) <= CLOSE
                });
                let repository = current.request.repository();
                let mut kin = close.filter(|position| {
                    let other = self.requests[by_end[*position]].request.repository();
                    other.is_some() && other == repository
                });
                kin.next().unwrap_or(last)
            });
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::super::RequestKind;
    use super::super::sample::{failed, finished, started, waiting};
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Creates a timeline of requests by their repositories and times.
    fn timeline(requests: &[(&str, u64, u64)]) -> Timeline {
        let mut timeline = Timeline::default();
        for (repository, start, end) in requests {
            let event = Event::RequestFinished {
                request: RequestInfo {
                    host: "r.io".into(),
                    method: "GET",
                    path: format!("/v2/{repository}/tags/list"),
                    kind: RequestKind::TagList,
                    attempt: 1,
                },
                status: 200,
                version: "HTTP/1.1",
                received_bytes: 1,
                elapsed: ms(end - start),
            };
            timeline.add(ms(*end), &event);
        }
        timeline
    }

    #[test]
    fn starts_and_ends_are_from_the_beginning() {
        let mut timeline = Timeline::default();
        let kind = RequestKind::TagList;
        timeline.add(ms(5), &started("a.io", kind, 1));
        timeline.add(ms(35), &failed("a.io", kind, 1));
        timeline.add(ms(36), &waiting("a.io", 100, "no answer in time"));
        timeline.add(ms(20), &finished("b.io", kind, 1, 200, 7));
        let times: Vec<_> = timeline
            .requests
            .iter()
            .map(|timed| (timed.start, timed.end))
            .collect();
        // A clock that was read a little late makes no request begin before the run.
        assert_eq!(times, [(ms(5), ms(35)), (ms(0), ms(20))]);
        let wait = &timeline.waits[0];
        assert_eq!((wait.start, wait.duration), (ms(36), ms(100)));
    }

    #[test]
    fn the_chain_goes_back_from_the_last_end_through_the_latest_ends_before() {
        let timeline = timeline(&[
            ("first", 0, 30),
            ("short", 0, 10),
            ("long", 30, 90),
            ("beside", 30, 60),
            ("last", 91, 120),
        ]);
        assert_eq!(timeline.critical_path(), [0, 2, 4]);
    }

    #[test]
    fn of_ends_at_the_same_time_that_of_the_same_repository_is_taken() {
        let timeline = timeline(&[("app", 0, 30), ("other", 0, 30), ("app", 30, 60)]);
        assert_eq!(timeline.critical_path(), [0, 2]);
    }

    #[test]
    fn it_ends_whatever_the_times_are() {
        assert_eq!(Timeline::default().critical_path(), [0; 0]);
        let at_once = timeline(&[("a", 5, 5), ("a", 5, 5), ("a", 5, 5)]);
        assert_eq!(at_once.critical_path(), [0, 1, 2]);
        let together = timeline(&[("a", 0, 50), ("b", 0, 40), ("c", 1, 45)]);
        assert_eq!(together.critical_path(), [0]);
    }
}
