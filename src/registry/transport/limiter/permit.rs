use std::time::Duration;

use tokio::time::Instant;

use super::headers::RateLimitHeaders;
use super::host_limiter::HostLimiter;
use super::queue::LimiterEntry;
use super::rate::RateTurn;
use super::semaphore::SemaphoreSlot;

/// Leave to make one request; dropped when it is over.
///
/// One that is dropped before it [started](Self::starting) gives its turn back.
pub(in crate::registry) struct Permit<'g> {
    limiter: &'g HostLimiter,
    slot: Option<SemaphoreSlot<'g>>,
    started: Option<Instant>,
    entry: LimiterEntry,
    turn: Option<RateTurn>,
    /// Whether its answer told what is left.
    has_told: bool,
}

/// What a request came to, as far as it matters to the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) enum PermitOutcome {
    Good,
    /// The host has too many requests, and asks for a pause or does not.
    Busy(Option<Duration>),
    /// It answered that it failed.
    Failed,
    /// It did not answer.
    Silent,
}

impl<'g> Permit<'g> {
    pub(super) fn new(
        limiter: &'g HostLimiter,
        slot: SemaphoreSlot<'g>,
        entry: LimiterEntry,
    ) -> Self {
        Self {
            limiter,
            slot: Some(slot),
            started: None,
            entry,
            turn: None,
            has_told: false,
        }
    }

    /// Takes the request's turn; returns when that is, if it is not now.
    pub(super) fn take_turn(&mut self) -> Option<Instant> {
        let turn = self.limiter.state().rate_limiter.reserve(Instant::now());
        self.turn.insert(turn).start
    }

    /// Says that the request starts now, after whatever it had to wait for.
    pub(in crate::registry) fn starting(mut self) -> Self {
        self.started = Some(Instant::now());
        self
    }

    /// Notes what the request came to, and what its answer says is left; `base` is the longest first pause
    /// before a request is repeated.
    pub(in crate::registry) fn over(
        mut self,
        outcome: PermitOutcome,
        rate_headers: Option<&RateLimitHeaders>,
        base: Duration,
    ) {
        let now = Instant::now();
        let started = self.started.unwrap_or(now);
        let mut state = self.limiter.state();
        if let Some(rate_headers) = rate_headers {
            state.budget.tell(rate_headers, started, now);
            self.has_told = true;
        }
        state.answered |= outcome != PermitOutcome::Silent;
        match outcome {
            PermitOutcome::Good => {
                state.refusals = 0;
                state.rate_limiter.good(started);
                state.window.grow(now.duration_since(started));
            }
            PermitOutcome::Busy(wait) => {
                if state.window.shrink(started, now) {
                    // An interface that can be done without may have a limit of its own.
                    state.refusals += u32::from(!self.entry.is_optional);
                    let cautious = state.cautious;
                    match wait {
                        Some(wait) if !cautious => state.rate_limiter.learn(now, wait, base),
                        _ => state.rate_limiter.slow_down(now, base, cautious),
                    }
                }
            }
            PermitOutcome::Failed => {
                state.window.shrink(started, now);
            }
            // A connection that broke or timed out says nothing of how much the host takes, and the others
            // must not wait for such one by one.
            PermitOutcome::Silent => {}
        }
        self.limiter.slots.resize(state.window.slots());
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        if self.started.is_some() {
            state.budget.end(self.entry.is_pull, self.has_told);
        } else {
            state.budget.end(self.entry.is_pull, true);
            if let Some(turn) = &self.turn {
                state.rate_limiter.give_back(turn);
            }
        }
        drop(state);
        self.slot.take();
        self.limiter.over.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::sample::{LINE, SECOND, enter, fill, wide};
    use super::*;
    use crate::registry::error::ErrorKind;

    const QUICK: Duration = Duration::from_millis(10);

    fn all_over(inside: Vec<Permit<'_>>, outcome: PermitOutcome) {
        for pass in inside {
            pass.over(outcome, None, SECOND);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_wider_with_good_answers_and_halves_when_there_are_too_many() {
        let limiter = wide(64);
        for expected in [16, 32, 64, 64] {
            let inside = fill(&limiter);
            assert_eq!(inside.len(), expected);
            tokio::time::advance(QUICK).await;
            all_over(inside, PermitOutcome::Good);
        }
        let inside = fill(&limiter);
        tokio::time::advance(QUICK).await;
        // All of these were on the way at once: that is one refusal.
        all_over(inside, PermitOutcome::Busy(Some(Duration::ZERO)));
        tokio::time::advance(QUICK).await;
        assert_eq!(limiter.state().window.slots(), 32);
        let inside = fill(&limiter);
        tokio::time::advance(QUICK).await;
        let mut inside = inside.into_iter();
        inside
            .next()
            .unwrap()
            .over(PermitOutcome::Failed, None, SECOND);
        drop(inside);
        assert_eq!(limiter.state().window.slots(), 16);
        assert_eq!(fill(&limiter).len(), 16);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_pause_it_asks_for_as_much_as_was_taken() {
        let limiter = wide(64);
        let begin = Instant::now();
        let inside = fill(&limiter);
        tokio::time::advance(QUICK).await;
        let mut inside = inside.into_iter();
        all_over(inside.by_ref().take(10).collect(), PermitOutcome::Good);
        limiter.pause(SECOND);
        all_over(inside.collect(), PermitOutcome::Busy(Some(SECOND)));
        let mut starts = Vec::new();
        for _ in 0..12 {
            drop(enter(&limiter).await.unwrap());
            starts.push(begin.elapsed().as_millis());
        }
        assert_eq!(starts[..10], [1010; 10], "{starts:?}");
        // Ten took a second; and the good answers were no news since.
        assert_eq!(starts[10..], [1111, 1212]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_is_not_overrun_and_waited_for() {
        let limiter = wide(16);
        let told = |left, reset: Option<u64>, is_of_pulls| RateLimitHeaders {
            limit: Some(20),
            left,
            reset: reset.map(Duration::from_secs),
            is_of_pulls,
        };
        let pass = enter(&limiter).await.unwrap();
        pass.over(PermitOutcome::Good, Some(&told(4, Some(30), false)), SECOND);
        let inside = fill(&limiter);
        assert_eq!(inside.len(), 3, "one is kept in reserve");
        tokio::time::advance(QUICK).await;
        let begin = Instant::now();
        for (left, pass) in (1..=3).rev().zip(inside) {
            pass.over(
                PermitOutcome::Good,
                Some(&told(left, Some(30), false)),
                SECOND,
            );
        }
        let waits = Mutex::new(Vec::new());
        let tell = |wait: Duration, _: &str| waits.lock().unwrap().push(wait);
        let mut patience = 60 * SECOND;
        drop(limiter.enter(LINE, &mut patience, &tell).await.unwrap());
        assert_eq!(begin.elapsed(), 30 * SECOND);
        assert_eq!(*waits.lock().unwrap(), [30 * SECOND]);

        let pass = enter(&limiter).await.unwrap();
        pass.over(PermitOutcome::Good, Some(&told(1, None, true)), SECOND);
        assert!(enter(&limiter).await.is_ok());
        let pull = LimiterEntry {
            is_pull: true,
            ..LINE
        };
        let pull = limiter.enter(pull, &mut patience, &tell).await;
        let (wait, quota) = (None, true);
        let kind = ErrorKind::RateLimited { wait, quota };
        assert_eq!(pull.err().unwrap().kind, kind);
    }
}
