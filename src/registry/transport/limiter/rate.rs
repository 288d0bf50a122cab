use std::time::Duration;

use tokio::time::Instant;

/// How much faster a host is asked with each good answer after it had too many.
const RECOVERY: f64 = 0.99;
/// The same while the distance is much longer than the one that was too short.
const RETURN: f64 = 0.9;
/// A longer distance than so many times the one that was too short is much longer.
const NEAR: f64 = 1.25;
/// How far apart requests start at most, in first pauses: 30 s where those are of half a second.
const LONGEST: u32 = 60;
/// The same while the host has given no good answer, so that nothing says that it would at another rate.
const LONGEST_UNPROVEN: u32 = 2;

/// How far apart requests start.
///
/// At first as they come, but for hosts whose limits are published. A refusal shows how many the host takes
/// in how long: after its pause as many may start at once, and the others at that rate. With good answers the
/// rate rises slowly again.
#[derive(Debug)]
pub(super) struct RateLimiter {
    /// The time between the starts of two requests.
    distance: Duration,
    /// How much earlier than due requests may start: as many at once as fit into it, and one more.
    slack: Duration,
    /// The least distance ever.
    least: Duration,
    /// When the next one would start if all had kept the distance so far (the theoretical arrival time of a
    /// leaky bucket).
    due: Option<Instant>,
    /// Since when good answers are counted.
    since: Option<Instant>,
    good: u32,
    refusal: Option<RefusalRecord>,
    /// When the first request started, and how many good answers there were in all.
    first: Option<Instant>,
    all_good: u32,
    /// The distance that was too short for the host when it refused last.
    refused: Duration,
    /// Down to this distance the rate rises faster: it lies well above what was too short.
    near: Duration,
}

/// What a refusal showed.
#[derive(Debug)]
struct RefusalRecord {
    at: Instant,
    /// Until when the host is asked for as much again, and no more.
    until: Instant,
    /// From when the good answers were counted until the pause is over.
    took: Duration,
    /// How many the host took in that time.
    good: u32,
    /// The longest distance.
    most: Duration,
}

/// When a request may start.
#[derive(Debug)]
pub(super) struct RateTurn {
    /// Nothing if that is now.
    pub(super) start: Option<Instant>,
    /// What was due before this turn was taken, and after.
    due: Option<Instant>,
    next: Option<Instant>,
}

/// A rate: so many requests a second, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) per_second: u32,
    pub(super) burst: u32,
}

impl RateLimiter {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        let least = rate.map_or(Duration::ZERO, |rate| {
            Duration::from_secs(1) / rate.per_second.max(1)
        });
        Self {
            distance: least,
            slack: rate.map_or(Duration::ZERO, |rate| slack(least, rate.burst)),
            least,
            due: None,
            since: None,
            good: 0,
            refusal: None,
            first: None,
            all_good: 0,
            refused: Duration::ZERO,
            near: Duration::MAX,
        }
    }

    /// Returns how far apart requests start now.
    pub(super) fn distance(&self) -> Duration {
        self.distance
    }

    /// Returns `true` if there was a good answer.
    pub(super) fn has_good(&self) -> bool {
        self.all_good > 0
    }

    /// Returns the least time between requests that the host has shown it takes: it refused them when they
    /// were closer, and did not answer more of them well.
    pub(super) fn least_distance(&self, now: Instant) -> Duration {
        let since = self.first.unwrap_or(now);
        let average = now.saturating_duration_since(since) / self.all_good.max(1);
        self.refused.min(average)
    }

    /// Takes the next turn.
    pub(super) fn reserve(&mut self, now: Instant) -> RateTurn {
        self.since.get_or_insert(now);
        self.first.get_or_insert(now);
        let before = self.due;
        if self.distance.is_zero() {
            return RateTurn {
                start: None,
                due: before,
                next: before,
            };
        }
        let due = before.unwrap_or(now).max(now);
        self.due = due.checked_add(self.distance);
        let start = due.checked_sub(self.slack).unwrap_or(now);
        RateTurn {
            start: (start > now).then_some(start),
            due: before,
            next: self.due,
        }
    }

    /// Gives a turn back that was not used, unless somebody took the next one or the host refused since.
    pub(super) fn give_back(&mut self, turn: &RateTurn) {
        if self.due == turn.next {
            self.due = turn.due;
        }
    }

    /// Notes a good answer to a request that started then.
    ///
    /// One that was under way at a refusal counts among what the host took before it.
    pub(super) fn good(&mut self, started: Instant) {
        self.all_good = self.all_good.saturating_add(1);
        if let Some(refusal) = self.refusal.as_mut()
            && started <= refusal.at
        {
            refusal.good = refusal.good.saturating_add(1);
            self.apply_floor();
            return;
        }
        self.good = self.good.saturating_add(1);
        let holds = self.refusal.as_ref();
        let holds = holds.is_some_and(|refusal| started < refusal.until);
        if self.distance > self.least && !holds {
            let is_far = self.distance > self.near;
            let faster = self
                .distance
                .mul_f64(if is_far { RETURN } else { RECOVERY });
            // So close together that nobody would notice.
            self.distance = if faster < Duration::from_millis(1) {
                self.least
            } else {
                faster.max(self.least)
            };
        }
    }

    /// Notes that the host had too many, and asks for a pause of this length: it takes what it took so far in
    /// the time until the pause is over.
    pub(super) fn learn(&mut self, now: Instant, wait: Duration, base: Duration) {
        (self.refused, self.near) = (self.distance, Duration::MAX);
        let since = self.since.unwrap_or(now);
        let took = now.saturating_duration_since(since) + wait;
        self.refusal = Some(RefusalRecord {
            at: now,
            until: now.checked_add(wait + took).unwrap_or(now),
            took,
            good: self.good,
            most: self.longest(base),
        });
        self.apply_floor();
        let end = now.checked_add(wait);
        self.due = end;
        self.since = end;
        self.good = 0;
    }

    fn longest(&self, base: Duration) -> Duration {
        let most = match self.all_good {
            0 => LONGEST_UNPROVEN,
            _ => LONGEST,
        };
        base.saturating_mul(most)
    }

    /// Takes the rate that the last refusal showed.
    fn apply_floor(&mut self) {
        if let Some(refusal) = &self.refusal {
            let good = refusal.good.max(1);
            let longest = refusal.most.max(self.least);
            self.distance = (refusal.took / good).clamp(self.least, longest);
            self.slack = slack(self.distance, good);
        }
    }

    /// Notes that the host had too many and does not say what it takes: one by one, and further apart each
    /// time. `base` is the longest first pause; `cautious` hosts get twice that at once.
    pub(super) fn slow_down(&mut self, now: Instant, base: Duration, cautious: bool) {
        (self.refused, self.near) = (self.distance, self.distance.mul_f64(NEAR));
        let distance = match self.distance {
            distance if cautious => distance.max(base),
            distance => distance.max(base / 8),
        };
        // Who took some at this rate takes nearly as many.
        let factor = if self.good >= 4 { NEAR } else { 2.0 };
        let distance = self.longest(base).min(distance.mul_f64(factor));
        self.distance = distance.max(self.distance);
        self.slack = Duration::ZERO;
        self.due = self.due.max(now.checked_add(self.distance));
        self.since = Some(now);
        self.good = 0;
        self.refusal = None;
    }
}

/// Returns the slack that lets so many start at once that else keep this distance.
fn slack(distance: Duration, burst: u32) -> Duration {
    distance.saturating_mul(burst.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Says when so many requests start that all come at once, in milliseconds after that.
    fn starts(rate_limiter: &mut RateLimiter, now: Instant, count: usize) -> Vec<u128> {
        let start = |rate_limiter: &mut RateLimiter| rate_limiter.reserve(now).start.unwrap_or(now);
        let after = |start: Instant| start.duration_since(now).as_millis();
        (0..count).map(|_| after(start(rate_limiter))).collect()
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        assert!(
            starts(&mut rate_limiter, now, 1_000)
                .iter()
                .all(|start| *start == 0)
        );
    }

    #[test]
    fn a_published_rate_is_kept_from_the_start() {
        let mut rate_limiter = RateLimiter::new(Some(Rate {
            per_second: 10,
            burst: 3,
        }));
        let now = Instant::now();
        assert_eq!(starts(&mut rate_limiter, now, 5), [0, 0, 0, 100, 200]);
        // What was saved up meanwhile.
        let later = now + SECOND;
        assert_eq!(starts(&mut rate_limiter, later, 4), [0, 0, 0, 100]);
        for _ in 0..100 {
            rate_limiter.good(now);
        }
        assert_eq!(starts(&mut rate_limiter, later + SECOND, 4), [0, 0, 0, 100]);
    }

    #[test]
    fn a_refusal_shows_how_many_a_host_takes() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.reserve(now);
        for _ in 0..50 {
            rate_limiter.good(now);
        }
        rate_limiter.learn(now + SECOND / 4, SECOND * 3 / 4, SECOND);
        let again = now + SECOND;
        let starts = starts(&mut rate_limiter, again, 52);
        assert!(starts[..50].iter().all(|start| *start == 0), "{starts:?}");
        assert_eq!(starts[50..], [20, 40]);
    }

    #[test]
    fn what_was_under_way_at_a_refusal_was_taken_too() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.reserve(now);
        for _ in 0..10 {
            rate_limiter.good(now);
        }
        rate_limiter.learn(now + SECOND / 4, SECOND * 3 / 4, SECOND);
        for _ in 0..40 {
            rate_limiter.good(now + SECOND / 4);
        }
        let starts = starts(&mut rate_limiter, now + SECOND, 52);
        assert!(starts[..50].iter().all(|start| *start == 0), "{starts:?}");
        assert_eq!(starts[50..], [20, 40]);
    }

    #[test]
    fn good_answers_let_no_one_wait_longer() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.reserve(now);
        for _ in 0..50 {
            rate_limiter.good(now);
        }
        rate_limiter.learn(now, SECOND, SECOND);
        let again = now + SECOND;
        for number in 0..50 {
            assert_eq!(rate_limiter.reserve(again).start, None, "{number}");
            rate_limiter.good(again);
        }
        assert!(rate_limiter.reserve(again).start.is_some());
    }

    #[test]
    fn a_turn_that_is_given_back_is_the_next_ones_unless_the_host_refused() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.slow_down(now, SECOND / 2, false);
        let turn = rate_limiter.reserve(now);
        let start = turn.start;
        rate_limiter.give_back(&turn);
        let again = rate_limiter.reserve(now);
        assert_eq!(again.start, start);
        rate_limiter.slow_down(now + SECOND, SECOND / 2, false);
        rate_limiter.give_back(&again);
        assert_eq!(starts(&mut rate_limiter, now + SECOND, 1), [250]);
    }

    #[test]
    fn a_limit_below_one_a_second_is_found() {
        let mut rate_limiter = RateLimiter::new(None);
        let mut now = Instant::now();
        rate_limiter.good(now);
        // One in two seconds, and a refusal for whatever comes sooner.
        let (mut last, mut taken, mut refused) = (now, 0, 0);
        while taken < 100 {
            now = rate_limiter.reserve(now).start.unwrap_or(now);
            if now.duration_since(last) >= 2 * SECOND {
                (last, taken) = (now, taken + 1);
                rate_limiter.good(now);
            } else {
                refused += 1;
                rate_limiter.slow_down(now, SECOND / 2, false);
            }
        }
        assert!(refused < 20, "{refused}");
        let took = now.duration_since(last) + 100 * rate_limiter.least_distance(now);
        assert!(took < 400 * SECOND, "{took:?}");
    }

    #[test]
    fn it_recovers_slowly() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.learn(now, SECOND, SECOND);
        let later = now + 2 * SECOND;
        assert_eq!(rate_limiter.distance, SECOND);
        for _ in 0..70 {
            rate_limiter.good(later);
        }
        assert!(rate_limiter.distance > SECOND * 2 / 5 && rate_limiter.distance < SECOND * 3 / 5);
        for _ in 0..1_000 {
            rate_limiter.good(later);
        }
        assert_eq!(rate_limiter.distance, Duration::ZERO);
    }

    #[test]
    fn who_does_not_say_gets_fewer_and_fewer() {
        let mut rate_limiter = RateLimiter::new(None);
        let now = Instant::now();
        rate_limiter.slow_down(now, SECOND / 2, false);
        assert_eq!(starts(&mut rate_limiter, now, 3), [125, 250, 375]);
        let now = now + SECOND;
        rate_limiter.slow_down(now, SECOND / 2, false);
        assert_eq!(starts(&mut rate_limiter, now, 3), [250, 500, 750]);
        let now = now + SECOND;
        rate_limiter.slow_down(now, SECOND / 2, true);
        assert_eq!(starts(&mut rate_limiter, now, 3), [1000, 2000, 3000]);
    }
}
