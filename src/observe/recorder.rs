use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Event, Observer, Statistics, Timeline};

/// An observer that counts events, and optionally records their times.
#[derive(Debug)]
pub struct Recorder {
    start: Instant,
    recorded: Mutex<Recorded>,
}

#[derive(Debug)]
struct Recorded {
    statistics: Statistics,
    timeline: Option<Timeline>,
}

impl Recorder {
    /// Creates a recorder; with `with_timeline`, every request is recorded too.
    pub fn new(start: Instant, with_timeline: bool) -> Self {
        Self {
            start,
            recorded: Mutex::new(Recorded {
                statistics: Statistics::default(),
                timeline: with_timeline.then(Timeline::default),
            }),
        }
    }

    /// Returns the statistics so far.
    pub fn statistics(&self) -> Statistics {
        self.recorded().statistics.clone()
    }

    /// Returns the timeline so far; `None` if it is not recorded.
    pub fn timeline(&self) -> Option<Timeline> {
        self.recorded().timeline.clone()
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn on_event(&self, event: &Event) {
        let at = self.start.elapsed();
        let mut recorded = self.recorded();
        recorded.statistics.add(event);
        if let Some(timeline) = &mut recorded.timeline {
            timeline.add(at, event);
        }
    }
}
