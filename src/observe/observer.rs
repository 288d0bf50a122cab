use std::sync::Arc;

use super::Event;

/// A receiver of events.
///
/// Events come from several concurrent tasks, and the task that sends one waits for the return.
pub trait Observer: Send + Sync {
    /// Takes note of an event.
    fn on_event(&self, event: &Event);

    /// Returns `true` if anybody takes note; events for one who does not are not even made.
    fn is_listening(&self) -> bool {
        true
    }
}

/// An observer that ignores all events.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn on_event(&self, _event: &Event) {}

    fn is_listening(&self) -> bool {
        false
    }
}

/// Several observers, each of which receives every event.
#[derive(Clone, Default)]
pub struct Observers(Vec<Arc<dyn Observer>>);

impl Observers {
    /// Adds an observer.
    #[must_use]
    pub fn and(mut self, observer: Arc<dyn Observer>) -> Self {
        self.0.push(observer);
        self
    }
}

impl Observer for Observers {
    fn on_event(&self, event: &Event) {
        for observer in &self.0 {
            observer.on_event(event);
        }
    }

    fn is_listening(&self) -> bool {
        self.0.iter().any(|observer| observer.is_listening())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Observer for Counter {
        fn on_event(&self, _event: &Event) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn each_is_told_and_all_are_deaf_only_together() {
        let nobody = Observers::default().and(Arc::new(NoObserver));
        assert!(!nobody.is_listening());
        let counters = [(); 2].map(|()| Arc::new(Counter::default()));
        let [one, other] = counters.clone();
        let all = nobody.and(one).and(other);
        assert!(all.is_listening());
        all.on_event(&Event::CacheMiss);
        for counter in counters {
            assert_eq!(counter.0.load(Ordering::Relaxed), 1);
        }
    }
}
