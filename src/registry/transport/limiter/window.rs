use std::time::Duration;

use tokio::time::Instant;

/// How many requests a host gets at once in the beginning.
const START: usize = 16;
/// Answers that take so many times as long as the quickest say that the host is busy.
const SLOW: u32 = 4;
/// What an answer may take in any case.
const QUICK: Duration = Duration::from_millis(50);

/// How many requests may be under way at once: more with each good answer, half as many when the host has
/// too much (additive increase, multiplicative decrease, as TCP does it: RFC 5681).
pub(super) struct ConcurrencyWindow {
    size: f64,
    ceiling: usize,
    /// Up to here it grows by one with each answer, above by one with each windowful.
    threshold: f64,
    /// When it was halved last: what was under way then says nothing new.
    cut: Option<Instant>,
    quickest: Option<Duration>,
}

impl ConcurrencyWindow {
    pub(super) fn new(ceiling: usize) -> Self {
        let ceiling = ceiling.max(1);
        Self {
            size: as_float(ceiling.min(START)),
            ceiling,
            threshold: as_float(ceiling),
            cut: None,
            quickest: None,
        }
    }

    /// Returns how many requests may be under way.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between one and the ceiling"
    )]
    pub(super) fn slots(&self) -> usize {
        self.size as usize
    }

    /// Notes a good answer to a request that took so long.
    pub(super) fn grow(&mut self, took: Duration) {
        let quickest = self.quickest.map_or(took, |quickest| quickest.min(took));
        self.quickest = Some(quickest);
        if took > quickest * SLOW + QUICK {
            return;
        }
        let step = if self.size < self.threshold {
            1.0
        } else {
            1.0 / self.size
        };
        self.size = (self.size + step).min(as_float(self.ceiling));
    }

    /// Halves it, for a request that started then; says whether that is news.
    pub(super) fn shrink(&mut self, started: Instant, now: Instant) -> bool {
        if self.cut.is_some_and(|cut| started <= cut) {
            return false;
        }
        self.cut = Some(now);
        self.size = (self.size / 2.0).max(1.0);
        self.threshold = self.size;
        true
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has so many connections")]
fn as_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICKLY: Duration = Duration::from_millis(30);

    fn after_answers(window: &mut ConcurrencyWindow, count: usize) -> usize {
        for _ in 0..count {
            window.grow(QUICKLY);
        }
        window.slots()
    }

    #[test]
    fn it_doubles_up_to_its_ceiling_and_grows_slowly_after_it_was_halved() {
        let mut window = ConcurrencyWindow::new(64);
        assert_eq!(window.slots(), 16);
        assert_eq!(after_answers(&mut window, 16), 32);
        assert_eq!(after_answers(&mut window, 32), 64);
        assert_eq!(after_answers(&mut window, 64), 64);
        let now = Instant::now();
        assert!(window.shrink(now, now));
        assert_eq!(window.slots(), 32);
        assert_eq!(after_answers(&mut window, 33), 33);
        for _ in 0..8 {
            let now = Instant::now() + Duration::from_secs(1);
            window.cut = None;
            window.shrink(now, now);
        }
        assert_eq!(window.slots(), 1);
        assert!(after_answers(&mut window, 2_500) == 64, "it recovers");
    }

    #[test]
    fn what_was_under_way_is_no_news() {
        let mut window = ConcurrencyWindow::new(8);
        let start = Instant::now();
        let later = start + QUICKLY;
        assert!(window.shrink(start, later));
        assert!(!window.shrink(start, later + QUICKLY));
        assert_eq!(window.slots(), 4);
        assert!(window.shrink(later + QUICKLY, later + 2 * QUICKLY));
        assert_eq!(window.slots(), 2);
    }

    #[test]
    fn a_host_that_takes_long_gets_no_more_at_once() {
        let mut window = ConcurrencyWindow::new(64);
        window.grow(QUICKLY);
        for _ in 0..100 {
            window.grow(10 * QUICKLY);
        }
        assert_eq!(window.slots(), 17);
    }

    #[test]
    fn a_low_ceiling_is_where_it_starts() {
        let mut window = ConcurrencyWindow::new(3);
        assert_eq!(window.slots(), 3);
        assert_eq!(after_answers(&mut window, 10), 3);
        assert_eq!(ConcurrencyWindow::new(0).slots(), 1);
    }
}
