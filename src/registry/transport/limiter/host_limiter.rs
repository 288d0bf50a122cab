use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::host_limits::HostLimits;
use super::permit::Permit;
use super::queue::{LimiterEntry, WaitingLine};
use super::quota::{Quota, QuotaDecision};
use super::rate::RateLimiter;
use super::semaphore::ResizableSemaphore;
use super::window::ConcurrencyWindow;
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;

/// A wait for one's turn that is worth telling.
const LONG: Duration = Duration::from_secs(1);

/// So many refusals one after the other, without a good answer between them, and the host is asked no more.
pub(super) const MOST_REFUSALS: u32 = 8;

/// The way to one host, shared by all requests.
pub(in crate::registry) struct HostLimiter {
    pub(super) slots: ResizableSemaphore,
    /// Held by the one at the head of the line.
    line: tokio::sync::Mutex<()>,
    /// How many stand in line.
    waiting: WaitingLine,
    state: Mutex<LimiterState>,
    /// That a request is over.
    pub(super) over: Notify,
}

pub(super) struct LimiterState {
    pub(super) window: ConcurrencyWindow,
    pub(super) rate_limiter: RateLimiter,
    pub(super) budget: Quota,
    pub(super) cautious: bool,
    /// Whether the limits are the host's own, and not what any host gets.
    is_set: bool,
    paused_until: Option<Instant>,
    /// The distance between requests that was told of last.
    told: Duration,
    pub(super) answered: bool,
    /// How many refusals there were since the last good answer; what was under way together is one.
    pub(super) refusals: u32,
    down: Option<RequestError>,
}

impl HostLimiter {
    pub(super) fn new(host_limits: HostLimits) -> Self {
        let window = ConcurrencyWindow::new(host_limits.concurrency);
        Self {
            slots: ResizableSemaphore::new(window.slots()),
            line: tokio::sync::Mutex::default(),
            waiting: WaitingLine::default(),
            state: Mutex::new(LimiterState {
                window,
                rate_limiter: RateLimiter::new(host_limits.rate),
                budget: Quota::default(),
                cautious: host_limits.cautious,
                is_set: false,
                paused_until: None,
                told: Duration::ZERO,
                answered: false,
                refusals: 0,
                down: None,
            }),
            over: Notify::new(),
        }
    }

    /// Sets the limits to those of the host, also if it stood open before they were looked at; the first ones
    /// count.
    pub(super) fn set(&self, host_limits: HostLimits) {
        let mut state = self.state();
        if state.is_set {
            return;
        }
        state.is_set = true;
        state.window = ConcurrencyWindow::new(host_limits.concurrency);
        state.rate_limiter = RateLimiter::new(host_limits.rate);
        state.cautious = host_limits.cautious;
        self.slots.resize(state.window.slots());
    }

    pub(super) fn state(&self) -> MutexGuard<'_, LimiterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause, for a free slot and for the turn of this request; `tell` is told of a long
    /// wait, and what it is for.
    ///
    /// A pause longer than the patience fails at once, as does a host that never answered anyone, or whose pulls
    /// are used up.
    pub(in crate::registry) async fn enter(
        &self,
        entry: LimiterEntry,
        patience: &mut Duration,
        tell: &(dyn Fn(Duration, &str) + Sync),
    ) -> Result<Permit<'_>, RequestError> {
        let _waiting = self.waiting.join();
        loop {
            if self.wait(patience).await? {
                continue;
            }
            // Only the head of the line waits for a slot and a turn, so that who goes first is second at most.
            let head = if entry.is_first {
                None
            } else {
                Some(self.line.lock().await)
            };
            if self.check()?.is_some() {
                continue;
            }
            let slot = self.slots.take().await;
            let over = self.over.notified();
            let mut pass = match self.leave(entry.is_pull) {
                QuotaDecision::Now => Permit::new(self, slot, entry),
                QuotaDecision::Soon => {
                    drop((slot, head));
                    over.await;
                    continue;
                }
                QuotaDecision::At(until) => {
                    drop((slot, head));
                    let left = until.saturating_duration_since(Instant::now());
                    if self.pause(left) {
                        tell(left, "its limit is nearly used up");
                    }
                    continue;
                }
                QuotaDecision::Never => {
                    let (wait, quota) = (None, true);
                    return Err(ErrorKind::RateLimited { wait, quota }.into());
                }
            };
            if let Some(turn) = pass.take_turn() {
                let left = turn.saturating_duration_since(Instant::now());
                if left >= LONG && self.is_news() {
                    tell(left, "it takes only so many requests a second");
                }
                self.wait_until(turn, patience).await?;
            }
            // A pause may have begun meanwhile: then slot and turn are given back.
            if self.check()?.is_none() {
                return Ok(pass);
            }
        }
    }

    /// Returns `true` if requests are further apart than anybody was told so far.
    fn is_news(&self) -> bool {
        let mut state = self.state();
        let distance = state.rate_limiter.distance();
        let is_news = distance > state.told;
        if is_news {
            state.told = distance * 2;
        }
        is_news
    }

    /// Returns how long those in line will take at least, as far as the host has shown what it takes.
    pub(in crate::registry) fn least_time(&self) -> Duration {
        let each = self.state().rate_limiter.least_distance(Instant::now());
        each.saturating_mul(self.waiting.length())
    }

    /// Returns `true` if there was no good answer since the last refusal.
    pub(in crate::registry) fn is_refusing(&self) -> bool {
        self.state().refusals > 0
    }

    /// Returns `true` if the host ever answered anything but that it has too many requests or fails.
    pub(in crate::registry) fn has_served(&self) -> bool {
        self.state().rate_limiter.has_good()
    }

    /// Returns `true` if the host refused so often in a row that nothing can be hoped for.
    pub(in crate::registry) fn is_hopeless(&self) -> bool {
        self.state().refusals >= MOST_REFUSALS
    }

    /// Lets no request through any more: each fails with this.
    pub(in crate::registry) fn close(&self, error: &RequestError) {
        self.state().down.get_or_insert_with(|| error.clone());
    }

    /// Says whether the budget has room for a request, and takes it.
    fn leave(&self, is_pull: bool) -> QuotaDecision {
        let mut state = self.state();
        let leave = state.budget.leave(is_pull, Instant::now());
        if leave == QuotaDecision::Now {
            state.budget.begin(is_pull);
        }
        leave
    }

    /// Waits for the end of a pause; says whether there was one.
    async fn wait(&self, patience: &mut Duration) -> Result<bool, RequestError> {
        let Some(until) = self.check()? else {
            return Ok(false);
        };
        self.wait_until(until, patience).await?;
        Ok(true)
    }

    async fn wait_until(
        &self,
        until: Instant,
        patience: &mut Duration,
    ) -> Result<(), RequestError> {
        let left = until.saturating_duration_since(Instant::now());
        let Some(rest) = patience.checked_sub(left) else {
            let wait = Some(left);
            return Err(ErrorKind::RateLimited { wait, quota: false }.into());
        };
        *patience = rest;
        sleep_until(until).await;
        Ok(())
    }

    fn check(&self) -> Result<Option<Instant>, RequestError> {
        let state = self.state();
        match &state.down {
            Some(error) => Err(error.clone()),
            None => Ok(state.paused_until.filter(|until| *until > Instant::now())),
        }
    }

    /// Lets no request through for a while; says whether that makes the pause longer.
    pub(in crate::registry) fn pause(&self, duration: Duration) -> bool {
        let now = Instant::now();
        let until = now.checked_add(duration).unwrap_or(now);
        let mut state = self.state();
        let longer = state.paused_until.is_none_or(|old| until > old);
        if longer {
            state.paused_until = Some(until);
        }
        longer
    }

    /// Notes that a request found nobody after all its tries.
    ///
    /// If the host never answered anyone, nobody else needs to find that out for himself.
    pub(in crate::registry) fn unanswered(&self, error: &RequestError) {
        let mut state = self.state();
        if !state.answered {
            state.down = Some(error.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{LINE, SECOND, enter, fill, wide};
    use super::super::{HostLimiters, PermitOutcome};
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_for_their_turn_mind_a_pause() {
        let limiter = wide(4);
        let pass = enter(&limiter).await.unwrap();
        pass.over(PermitOutcome::Busy(None), None, 4 * SECOND);
        let begin = Instant::now();
        let told = Mutex::new(Vec::new());
        let entered = async {
            let tell = |wait: Duration, _: &str| told.lock().unwrap().push(wait);
            let entered = limiter.enter(LINE, &mut (60 * SECOND), &tell).await;
            entered.map(drop)
        };
        let (entered, _) = tokio::join!(entered, async { limiter.pause(5 * SECOND) });
        entered.unwrap();
        assert!(begin.elapsed() >= 5 * SECOND);
        assert_eq!(*told.lock().unwrap(), [SECOND]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everyone_and_slots_are_kept() {
        let limiter = wide(2);
        let start = Instant::now();
        assert!(limiter.pause(5 * SECOND) && !limiter.pause(SECOND));
        let mut patience = 60 * SECOND;
        let first = limiter
            .enter(LINE, &mut patience, &|_, _| {})
            .await
            .unwrap();
        assert_eq!(start.elapsed(), 5 * SECOND);
        assert_eq!(patience, 55 * SECOND);
        let second = enter(&limiter).await.unwrap();
        let third = tokio::time::timeout(SECOND, enter(&limiter)).await;
        assert!(third.is_err());
        drop((first, second));
        assert!(enter(&limiter).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn who_stands_in_line_minds_a_pause_that_begins() {
        let limiter = wide(1);
        let start = Instant::now();
        let slot = enter(&limiter).await.unwrap();
        let (entered, ()) = tokio::join!(enter(&limiter), async {
            limiter.pause(3 * SECOND);
            drop(slot);
        });
        assert!(entered.is_ok());
        assert_eq!(start.elapsed(), 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn too_long_a_pause_fails_at_once() {
        let limiter = wide(1);
        let start = Instant::now();
        limiter.pause(3600 * SECOND);
        let error = enter(&limiter).await.err().unwrap();
        let wait = Some(3600 * SECOND);
        assert_eq!(error.kind, ErrorKind::RateLimited { wait, quota: false });
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_was_led_to_first_gets_its_own_terms() {
        let url = "https://r.io/v2/".parse().unwrap();
        let limiters = HostLimiters::new(3);
        let limiter = limiters.of(&url);
        let mut inside = fill(&limiter);
        assert_eq!(inside.len(), 3);
        limiters.opened(&url, HostLimits::usual(1));
        drop(inside.split_off(1));
        assert!(fill(&limiter).is_empty());
        drop(inside);
        assert_eq!(fill(&limiter).len(), 1);
        // The first ones count.
        limiters.opened(&url, HostLimits::usual(9));
        assert_eq!(fill(&limiter).len(), 1);

        let limiters = HostLimiters::new(1);
        let limiter = limiters.of(&url);
        limiters.opened(&url, HostLimits::usual(2));
        assert_eq!(fill(&limiter).len(), 2);
    }

    #[tokio::test]
    async fn a_host_that_never_answered_is_asked_no_more() {
        let limiter = wide(1);
        let pass = enter(&limiter).await.unwrap();
        pass.over(PermitOutcome::Failed, None, SECOND);
        limiter.unanswered(&ErrorKind::Timeout.into());
        assert!(enter(&limiter).await.is_ok());
        let limiter = wide(1);
        limiter.unanswered(&ErrorKind::Timeout.into());
        assert!(enter(&limiter).await.is_err());
    }
}
