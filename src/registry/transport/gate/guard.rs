use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::allowance::Allowance;
use super::budget::{Budget, Leave};
use super::pace::Pace;
use super::terms::Terms;
use super::window::Window;
use crate::registry::error::ErrorKind;
use crate::registry::trouble::Trouble;

/// A wait for one's turn that is worth telling.
const LONG: Duration = Duration::from_secs(1);

/// The way to one host, shared by all requests.
pub(in crate::registry) struct Gate {
    slots: Semaphore,
    state: Mutex<State>,
    /// That a request is over.
    over: Notify,
}

struct State {
    window: Window,
    pace: Pace,
    budget: Budget,
    timid: bool,
    /// Whether the terms are the host's own, and not what any host gets.
    is_set: bool,
    /// How many slots there are, those in use included.
    slots: usize,
    /// How many of them are to be taken away when they come free.
    owed: usize,
    paused_until: Option<Instant>,
    answered: bool,
    down: Option<Trouble>,
}

/// Leave to make one request; dropped when it is over.
pub(in crate::registry) struct Pass<'g> {
    gate: &'g Gate,
    slot: Option<SemaphorePermit<'g>>,
    started: Instant,
    is_pull: bool,
    /// Whether its answer told what is left.
    has_told: bool,
}

/// What a request came to, as far as it matters to the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) enum Outcome {
    Good,
    /// The host has too many requests, and asks for a pause or does not.
    Busy(Option<Duration>),
    /// It answered that it failed.
    Failed,
    /// It did not answer.
    Silent,
}

impl Gate {
    pub(super) fn new(terms: Terms) -> Self {
        let window = Window::new(terms.concurrency);
        let slots = window.slots();
        Self {
            slots: Semaphore::new(slots),
            state: Mutex::new(State {
                window,
                pace: Pace::new(terms.rate),
                budget: Budget::default(),
                timid: terms.timid,
                is_set: false,
                slots,
                owed: 0,
                paused_until: None,
                answered: false,
                down: None,
            }),
            over: Notify::new(),
        }
    }

    /// Puts the gate on its host's own terms, also if it stood open before they were looked at; the first ones
    /// count.
    pub(super) fn set(&self, terms: Terms) {
        let mut state = self.state();
        if state.is_set {
            return;
        }
        state.is_set = true;
        state.window = Window::new(terms.concurrency);
        state.pace = Pace::new(terms.rate);
        state.timid = terms.timid;
        self.fit(&mut state);
    }

    /// Makes as many slots as the window has.
    fn fit(&self, state: &mut State) {
        let wanted = state.window.slots();
        let there = state.slots - state.owed;
        if wanted > there {
            let back = state.owed.min(wanted - there);
            state.owed -= back;
            let new = wanted - there - back;
            state.slots += new;
            self.slots.add_permits(new);
        } else {
            let surplus = there - wanted;
            let taken = self.slots.forget_permits(surplus);
            state.slots -= taken;
            // Those that are in use are taken away later.
            state.owed += surplus - taken;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause, for a free slot and for the turn of this request; `tell` is told of a long
    /// wait, and what it is for.
    ///
    /// A pause longer than the patience fails at once, as does a host that never answered anyone, or whose pulls
    /// are used up.
    pub(in crate::registry) async fn enter(
        &self,
        is_pull: bool,
        patience: &mut Duration,
        tell: &(dyn Fn(Duration, &str) + Sync),
    ) -> Result<Pass<'_>, Trouble> {
        loop {
            if self.wait(patience).await? {
                continue;
            }
            let Ok(slot) = self.slots.acquire().await else {
                return Err(ErrorKind::Timeout.into());
            };
            let over = self.over.notified();
            let pass = match self.leave(is_pull) {
                Leave::Now => Pass {
                    gate: self,
                    slot: Some(slot),
                    started: Instant::now(),
                    is_pull,
                    has_told: false,
                },
                Leave::Soon => {
                    drop(slot);
                    over.await;
                    continue;
                }
                Leave::At(until) => {
                    drop(slot);
                    let left = until.saturating_duration_since(Instant::now());
                    if self.pause(left) {
                        tell(left, "its limit is nearly used up");
                    }
                    continue;
                }
                Leave::Never => {
                    let (wait, quota) = (None, true);
                    return Err(ErrorKind::RateLimited { wait, quota }.into());
                }
            };
            let turn = self.state().pace.reserve(Instant::now());
            if let Some(turn) = turn {
                let left = turn.saturating_duration_since(Instant::now());
                if left >= LONG {
                    tell(left, "it takes only so many requests a second");
                }
                self.wait_until(turn, patience).await?;
            }
            // A pause may have begun while this request stood in line: then the slot is given back.
            if self.check()?.is_none() {
                return Ok(pass.starting());
            }
        }
    }

    /// Says whether the budget has room for a request, and takes it.
    fn leave(&self, is_pull: bool) -> Leave {
        let mut state = self.state();
        let leave = state.budget.leave(is_pull, Instant::now());
        if leave == Leave::Now {
            state.budget.begin(is_pull);
        }
        leave
    }

    /// Waits for the end of a pause; says whether there was one.
    async fn wait(&self, patience: &mut Duration) -> Result<bool, Trouble> {
        let Some(until) = self.check()? else {
            return Ok(false);
        };
        self.wait_until(until, patience).await?;
        Ok(true)
    }

    async fn wait_until(&self, until: Instant, patience: &mut Duration) -> Result<(), Trouble> {
        let left = until.saturating_duration_since(Instant::now());
        let Some(rest) = patience.checked_sub(left) else {
            let wait = Some(left);
            return Err(ErrorKind::RateLimited { wait, quota: false }.into());
        };
        *patience = rest;
        sleep_until(until).await;
        Ok(())
    }

    fn check(&self) -> Result<Option<Instant>, Trouble> {
        let state = self.state();
        match &state.down {
            Some(trouble) => Err(trouble.clone()),
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
    pub(in crate::registry) fn unanswered(&self, trouble: &Trouble) {
        let mut state = self.state();
        if !state.answered {
            state.down = Some(trouble.clone());
        }
    }
}

impl Pass<'_> {
    fn starting(mut self) -> Self {
        self.started = Instant::now();
        self
    }

    /// Notes what the request came to, and what its answer says is left; `most` is the longest time between
    /// two requests that a host that has too many gets.
    pub(in crate::registry) fn over(
        mut self,
        outcome: Outcome,
        allowance: Option<&Allowance>,
        most: Duration,
    ) {
        let now = Instant::now();
        let mut state = self.gate.state();
        if let Some(allowance) = allowance {
            state.budget.tell(allowance, self.started, now);
            self.has_told = true;
        }
        state.answered |= outcome != Outcome::Silent;
        match outcome {
            Outcome::Good => {
                state.pace.good();
                state.window.grow(now.duration_since(self.started));
            }
            Outcome::Busy(wait) => {
                if state.window.shrink(self.started, now) {
                    let timid = state.timid;
                    match wait {
                        Some(wait) if !timid => state.pace.learn(now, wait, most),
                        _ => state.pace.slow_down(now, most, timid),
                    }
                }
            }
            Outcome::Failed => {
                state.window.shrink(self.started, now);
            }
            // A connection that broke or timed out says nothing of how much the host takes, and the others
            // must not wait for such one by one.
            Outcome::Silent => {}
        }
        self.gate.fit(&mut state);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.budget.end(self.is_pull, self.has_told);
        let slot = self.slot.take();
        if state.owed > 0 {
            state.owed -= 1;
            state.slots -= 1;
            if let Some(slot) = slot {
                slot.forget();
            }
        }
        drop(state);
        self.gate.over.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Gates;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const QUICK: Duration = Duration::from_millis(10);

    fn wide(concurrency: usize) -> Gate {
        Gate::new(Terms::usual(concurrency))
    }

    async fn enter(gate: &Gate) -> Result<Pass<'_>, Trouble> {
        gate.enter(false, &mut (60 * SECOND), &|_, _| {}).await
    }

    /// Lets as many in as there is room for.
    fn fill(gate: &Gate) -> Vec<Pass<'_>> {
        let mut inside = Vec::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        while let std::task::Poll::Ready(pass) =
            std::pin::pin!(enter(gate)).as_mut().poll(&mut context)
        {
            inside.push(pass.unwrap());
        }
        inside
    }

    fn all_over(inside: Vec<Pass<'_>>, outcome: Outcome) {
        for pass in inside {
            pass.over(outcome, None, SECOND);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_wider_with_good_answers_and_halves_when_there_are_too_many() {
        let gate = wide(64);
        for expected in [16, 32, 64, 64] {
            let inside = fill(&gate);
            assert_eq!(inside.len(), expected);
            tokio::time::advance(QUICK).await;
            all_over(inside, Outcome::Good);
        }
        let inside = fill(&gate);
        tokio::time::advance(QUICK).await;
        // All of these were on the way at once: that is one refusal.
        all_over(inside, Outcome::Busy(Some(Duration::ZERO)));
        tokio::time::advance(QUICK).await;
        assert_eq!(gate.state().window.slots(), 32);
        let inside = fill(&gate);
        tokio::time::advance(QUICK).await;
        let mut inside = inside.into_iter();
        inside.next().unwrap().over(Outcome::Failed, None, SECOND);
        drop(inside);
        assert_eq!(gate.state().window.slots(), 16);
        assert_eq!(gate.slots.available_permits(), 16);
        assert_eq!(gate.state().owed, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_pause_it_asks_for_as_much_as_was_taken() {
        let gate = wide(64);
        let begin = Instant::now();
        let inside = fill(&gate);
        tokio::time::advance(QUICK).await;
        let mut inside = inside.into_iter();
        all_over(inside.by_ref().take(10).collect(), Outcome::Good);
        gate.pause(SECOND);
        all_over(inside.collect(), Outcome::Busy(Some(SECOND)));
        let mut starts = Vec::new();
        for _ in 0..12 {
            drop(enter(&gate).await.unwrap());
            starts.push(begin.elapsed().as_millis());
        }
        assert_eq!(starts[..10], [1010; 10], "{starts:?}");
        // Ten took a second; and the good answers were no news since.
        assert_eq!(starts[10..], [1111, 1212]);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_for_their_turn_mind_a_pause() {
        let gate = wide(4);
        let pass = enter(&gate).await.unwrap();
        pass.over(Outcome::Busy(None), None, 8 * SECOND);
        let begin = Instant::now();
        let told = Mutex::new(Vec::new());
        let entered = async {
            let tell = |wait: Duration, _: &str| told.lock().unwrap().push(wait);
            let entered = gate.enter(false, &mut (60 * SECOND), &tell).await;
            entered.map(drop)
        };
        let (entered, _) = tokio::join!(entered, async { gate.pause(5 * SECOND) });
        entered.unwrap();
        assert!(begin.elapsed() >= 5 * SECOND);
        assert_eq!(*told.lock().unwrap(), [SECOND]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everyone_and_slots_are_kept() {
        let gate = wide(2);
        let start = Instant::now();
        assert!(gate.pause(5 * SECOND) && !gate.pause(SECOND));
        let mut patience = 60 * SECOND;
        let first = gate.enter(false, &mut patience, &|_, _| {}).await.unwrap();
        assert_eq!(start.elapsed(), 5 * SECOND);
        assert_eq!(patience, 55 * SECOND);
        let second = enter(&gate).await.unwrap();
        let third = tokio::time::timeout(SECOND, enter(&gate)).await;
        assert!(third.is_err());
        drop((first, second));
        assert!(enter(&gate).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn who_stands_in_line_minds_a_pause_that_begins() {
        let gate = wide(1);
        let start = Instant::now();
        let slot = enter(&gate).await.unwrap();
        let (entered, ()) = tokio::join!(enter(&gate), async {
            gate.pause(3 * SECOND);
            drop(slot);
        });
        assert!(entered.is_ok());
        assert_eq!(start.elapsed(), 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn too_long_a_pause_fails_at_once() {
        let gate = wide(1);
        let start = Instant::now();
        gate.pause(3600 * SECOND);
        let trouble = enter(&gate).await.err().unwrap();
        let wait = Some(3600 * SECOND);
        assert_eq!(trouble.kind, ErrorKind::RateLimited { wait, quota: false });
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_is_not_overrun_and_waited_for() {
        let gate = wide(16);
        let told = |left, reset: Option<u64>, is_of_pulls| Allowance {
            limit: Some(20),
            left,
            reset: reset.map(Duration::from_secs),
            is_of_pulls,
        };
        let pass = enter(&gate).await.unwrap();
        pass.over(Outcome::Good, Some(&told(4, Some(30), false)), SECOND);
        let inside = fill(&gate);
        assert_eq!(inside.len(), 3, "one is kept in reserve");
        tokio::time::advance(QUICK).await;
        let begin = Instant::now();
        for (left, pass) in (1..=3).rev().zip(inside) {
            pass.over(Outcome::Good, Some(&told(left, Some(30), false)), SECOND);
        }
        let waits = Mutex::new(Vec::new());
        let tell = |wait: Duration, _: &str| waits.lock().unwrap().push(wait);
        let mut patience = 60 * SECOND;
        drop(gate.enter(false, &mut patience, &tell).await.unwrap());
        assert_eq!(begin.elapsed(), 30 * SECOND);
        assert_eq!(*waits.lock().unwrap(), [30 * SECOND]);

        let pass = enter(&gate).await.unwrap();
        pass.over(Outcome::Good, Some(&told(1, None, true)), SECOND);
        assert!(enter(&gate).await.is_ok());
        let pull = gate.enter(true, &mut patience, &tell).await;
        let (wait, quota) = (None, true);
        let kind = ErrorKind::RateLimited { wait, quota };
        assert_eq!(pull.err().unwrap().kind, kind);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_was_led_to_first_gets_its_own_terms() {
        let url = "https://r.io/v2/".parse().unwrap();
        let gates = Gates::new(3);
        let gate = gates.of(&url);
        let mut inside = fill(&gate);
        assert_eq!(inside.len(), 3);
        gates.opened(&url, Terms::usual(1));
        drop(inside.split_off(1));
        assert!(fill(&gate).is_empty());
        drop(inside);
        assert_eq!(fill(&gate).len(), 1);
        // The first ones count.
        gates.opened(&url, Terms::usual(9));
        assert_eq!(fill(&gate).len(), 1);

        let gates = Gates::new(1);
        let gate = gates.of(&url);
        gates.opened(&url, Terms::usual(2));
        assert_eq!(fill(&gate).len(), 2);
    }

    #[tokio::test]
    async fn a_host_that_never_answered_is_asked_no_more() {
        let gate = wide(1);
        let pass = enter(&gate).await.unwrap();
        pass.over(Outcome::Failed, None, SECOND);
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(enter(&gate).await.is_ok());
        let gate = wide(1);
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(enter(&gate).await.is_err());
    }
}
