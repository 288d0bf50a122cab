use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::registry::error::ErrorKind;
use crate::registry::trouble::Trouble;

/// The way to one host, shared by all requests: so many at once, and none during a pause.
///
/// A host that has too many requests and does not say how long to wait gets them one by one, with more
/// time between them each time that it says so.
pub(in crate::registry) struct Gate {
    slots: Semaphore,
    state: Mutex<State>,
}

/// What is known of a host before it is asked.
#[derive(Clone, Copy)]
pub(in crate::registry) struct Width {
    /// How many requests it gets at once.
    pub(in crate::registry) concurrency: usize,
    /// Whether it wants a long time between two requests once it says that there are too many.
    pub(in crate::registry) timid: bool,
}

struct State {
    width: Width,
    /// Whether that is what the host's settings say, and not what any host gets.
    is_set: bool,
    /// How many slots are to be taken away when they come free.
    owed: usize,
    paused_until: Option<Instant>,
    /// The time between the starts of two requests.
    distance: Duration,
    /// When the next request may start, for the sake of that distance.
    next_start: Option<Instant>,
    answered: bool,
    down: Option<Trouble>,
}

impl Width {
    fn slots(self) -> usize {
        self.concurrency.clamp(1, Semaphore::MAX_PERMITS)
    }
}

impl Gate {
    fn new(width: Width) -> Self {
        Self {
            slots: Semaphore::new(width.slots()),
            state: Mutex::new(State {
                width,
                is_set: false,
                owed: 0,
                paused_until: None,
                distance: Duration::ZERO,
                next_start: None,
                answered: false,
                down: None,
            }),
        }
    }

    /// Makes the gate as wide as its host's settings say, also if it stood open before they were looked at;
    /// the first ones count.
    fn set(&self, width: Width) {
        let mut state = self.state();
        if state.is_set {
            return;
        }
        let (old, new) = (state.width.slots(), width.slots());
        if new > old {
            self.slots.add_permits(new - old);
        } else {
            // Those that are in use are taken away later.
            state.owed = old - new - self.slots.forget_permits(old - new);
        }
        state.width = width;
        state.is_set = true;
    }

    /// Says whether a slot that came free is to be taken away.
    fn repays(&self) -> bool {
        let mut state = self.state();
        let repays = state.owed > 0;
        state.owed -= usize::from(repays);
        repays
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause, for a free slot and for the turn of this request.
    ///
    /// A pause longer than the patience fails at once, as does a host that never answered anyone.
    pub(in crate::registry) async fn enter(
        &self,
        patience: &mut Duration,
    ) -> Result<SemaphorePermit<'_>, Trouble> {
        loop {
            if self.wait(patience).await? {
                continue;
            }
            let Ok(slot) = self.slots.acquire().await else {
                return Err(ErrorKind::Timeout.into());
            };
            if self.repays() {
                slot.forget();
                continue;
            }
            if let Some(start) = self.reserve() {
                self.wait_until(start, patience).await?;
            }
            // A pause may have begun while this request stood in line: then the slot is given back.
            let quiet = self.check()?.is_none();
            if quiet {
                return Ok(slot);
            }
        }
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

    /// Takes the next turn, where requests must keep a distance; says when it is, if it is not now.
    fn reserve(&self) -> Option<Instant> {
        let mut state = self.state();
        if state.distance.is_zero() {
            return None;
        }
        let now = Instant::now();
        let start = state.next_start.filter(|next| *next > now);
        state.next_start = start.unwrap_or(now).checked_add(state.distance);
        start
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

    /// Puts more time between requests, up to this much.
    pub(in crate::registry) fn slow_down(&self, most: Duration) {
        let mut state = self.state();
        let distance = match state.distance {
            _ if state.width.timid => most,
            Duration::ZERO => most / 8,
            distance => most.min(distance * 2),
        };
        state.distance = distance.max(state.distance);
        let start = Instant::now().checked_add(state.distance);
        state.next_start = state.next_start.max(start);
    }

    /// Notes that the host answers.
    pub(in crate::registry) fn answered(&self) {
        self.state().answered = true;
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

/// The gates of all hosts, by scheme, host and port.
pub(in crate::registry) struct Gates {
    concurrency: usize,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Gates {
    pub(in crate::registry) fn new(concurrency: usize) -> Self {
        Self {
            concurrency,
            gates: Mutex::default(),
        }
    }

    /// Returns the gate before a URL, as wide as any if it is a new one.
    pub(in crate::registry) fn of(&self, url: &Url) -> Arc<Gate> {
        let width = Width {
            concurrency: self.concurrency,
            timid: false,
        };
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(url.origin().ascii_serialization())
            .or_insert_with(|| Arc::new(Gate::new(width)));
        Arc::clone(gate)
    }

    /// Returns the gate before a host that has settings, as wide as they say.
    ///
    /// A redirect or a token realm may have led there before.
    pub(in crate::registry) fn opened(&self, url: &Url, width: Width) -> Arc<Gate> {
        let gate = self.of(url);
        gate.set(width);
        gate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn wide(concurrency: usize) -> Gate {
        let timid = false;
        Gate::new(Width { concurrency, timid })
    }

    /// Lets requests through; says when each of them started, in milliseconds.
    async fn starts(gate: &Gate, count: usize) -> Vec<u128> {
        let begin = Instant::now();
        let one = async || {
            let slot = gate.enter(&mut (60 * SECOND)).await.unwrap();
            drop(slot);
            begin.elapsed().as_millis()
        };
        let mut starts = Vec::new();
        for _ in 0..count {
            starts.push(one().await);
        }
        starts
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_has_too_many_requests_gets_fewer_and_fewer() {
        let gate = wide(4);
        assert_eq!(starts(&gate, 3).await, [0, 0, 0]);
        gate.slow_down(SECOND);
        assert_eq!(starts(&gate, 3).await, [125, 250, 375]);
        gate.slow_down(SECOND);
        assert_eq!(starts(&gate, 3).await, [250, 500, 750]);
        for _ in 0..5 {
            gate.slow_down(SECOND);
        }
        assert_eq!(starts(&gate, 3).await, [1000, 2000, 3000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_is_known_to_want_it_gets_them_far_apart_at_once() {
        let gate = Gate::new(Width {
            concurrency: 2,
            timid: true,
        });
        assert_eq!(starts(&gate, 2).await, [0, 0]);
        gate.slow_down(SECOND);
        assert_eq!(starts(&gate, 3).await, [1000, 2000, 3000]);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_for_their_turn_mind_a_pause() {
        let gate = wide(4);
        gate.slow_down(8 * SECOND);
        let begin = Instant::now();
        starts(&gate, 1).await;
        let enter = async || gate.enter(&mut (60 * SECOND)).await.map(drop);
        let (entered, _) = tokio::join!(enter(), async { gate.pause(5 * SECOND) });
        entered.unwrap();
        assert!(begin.elapsed() >= 5 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everyone_and_slots_are_kept() {
        let gate = wide(2);
        let start = Instant::now();
        assert!(gate.pause(5 * SECOND) && !gate.pause(SECOND));
        let mut patience = 60 * SECOND;
        let first = gate.enter(&mut patience).await.unwrap();
        assert_eq!(start.elapsed(), 5 * SECOND);
        assert_eq!(patience, 55 * SECOND);
        let second = gate.enter(&mut patience).await.unwrap();
        let third = tokio::time::timeout(SECOND, gate.enter(&mut patience)).await;
        assert!(third.is_err());
        drop((first, second));
        assert!(gate.enter(&mut patience).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn who_stands_in_line_minds_a_pause_that_begins() {
        let gate = wide(1);
        let start = Instant::now();
        let mut patience = 60 * SECOND;
        let slot = gate.enter(&mut patience).await.unwrap();
        let mut other = 60 * SECOND;
        let (entered, ()) = tokio::join!(gate.enter(&mut other), async {
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
        let trouble = gate.enter(&mut (60 * SECOND)).await.err().unwrap();
        let wait = Some(3600 * SECOND);
        assert_eq!(trouble.kind, ErrorKind::RateLimited { wait, quota: false });
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_host_that_was_led_to_first_gets_the_width_of_its_settings() {
        let url = "https://r.io/v2/".parse().unwrap();
        let width = |concurrency| Width {
            concurrency,
            timid: false,
        };
        let enter = async |gate: &Gate| {
            let mut patience = 60 * SECOND;
            let entered = gate.enter(&mut patience);
            // Nothing but a slot is waited for.
            let mut entered = std::pin::pin!(entered);
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            match entered.as_mut().poll(&mut context) {
                std::task::Poll::Ready(slot) => slot.map(SemaphorePermit::forget).is_ok(),
                std::task::Poll::Pending => false,
            }
        };
        let gates = Gates::new(3);
        let gate = gates.of(&url);
        let mut patience = 60 * SECOND;
        let first = gate.enter(&mut patience).await.unwrap();
        let second = gate.enter(&mut patience).await.unwrap();
        gates.opened(&url, width(1));
        drop(first);
        assert!(!enter(&gate).await);
        drop(second);
        assert!(enter(&gate).await);
        assert!(!enter(&gate).await);
        // The first settings count.
        gates.opened(&url, width(9));
        assert!(!enter(&gate).await);

        let gates = Gates::new(1);
        let gate = gates.of(&url);
        gates.opened(&url, width(2));
        assert!(enter(&gate).await && enter(&gate).await);
        assert!(!enter(&gate).await);
    }

    #[tokio::test]
    async fn a_host_that_never_answered_is_asked_no_more() {
        let gate = wide(1);
        gate.answered();
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(gate.enter(&mut SECOND.clone()).await.is_ok());
        let gate = wide(1);
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(gate.enter(&mut SECOND.clone()).await.is_err());
    }
}
