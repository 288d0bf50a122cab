use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::error::ErrorKind;
use super::trouble::Trouble;

/// The way to one host, shared by all requests: so many at once, and none during a pause.
pub(super) struct Gate {
    slots: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    paused_until: Option<Instant>,
    answered: bool,
    down: Option<Trouble>,
}

impl Gate {
    fn new(concurrency: usize) -> Self {
        Self {
            slots: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of a pause and for a free slot.
    ///
    /// A pause longer than the patience fails at once, as does a host that never answered anyone.
    pub(super) async fn enter(
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
        let left = until.saturating_duration_since(Instant::now());
        let Some(rest) = patience.checked_sub(left) else {
            let wait = Some(left);
            return Err(ErrorKind::RateLimited { wait, quota: false }.into());
        };
        *patience = rest;
        sleep_until(until).await;
        Ok(true)
    }

    fn check(&self) -> Result<Option<Instant>, Trouble> {
        let state = self.state();
        match &state.down {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(state.paused_until.filter(|until| *until > Instant::now())),
        }
    }

    /// Lets no request through for a while; says whether that makes the pause longer.
    pub(super) fn pause(&self, duration: Duration) -> bool {
        let now = Instant::now();
        let until = now.checked_add(duration).unwrap_or(now);
        let mut state = self.state();
        let longer = state.paused_until.is_none_or(|old| until > old);
        if longer {
            state.paused_until = Some(until);
        }
        longer
    }

    /// Notes that the host answers.
    pub(super) fn answered(&self) {
        self.state().answered = true;
    }

    /// Notes that a request found nobody after all its tries.
    ///
    /// If the host never answered anyone, nobody else needs to find that out for himself.
    pub(super) fn unanswered(&self, trouble: &Trouble) {
        let mut state = self.state();
        if !state.answered {
            state.down = Some(trouble.clone());
        }
    }
}

/// The gates of all hosts, by scheme, host and port.
pub(super) struct Gates {
    concurrency: usize,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Gates {
    pub(super) fn new(concurrency: usize) -> Self {
        Self {
            concurrency,
            gates: Mutex::default(),
        }
    }

    /// Returns the gate before a URL.
    pub(super) fn of(&self, url: &Url) -> Arc<Gate> {
        self.opened(url, self.concurrency)
    }

    /// Returns the gate before a URL, as wide as asked for if it is a new one.
    pub(super) fn opened(&self, url: &Url, concurrency: usize) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(url.origin().ascii_serialization())
            .or_insert_with(|| Arc::new(Gate::new(concurrency)));
        Arc::clone(gate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everyone_and_slots_are_kept() {
        let gate = Gate::new(2);
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
        let gate = Gate::new(1);
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
        let gate = Gate::new(1);
        let start = Instant::now();
        gate.pause(3600 * SECOND);
        let trouble = gate.enter(&mut (60 * SECOND)).await.err().unwrap();
        let wait = Some(3600 * SECOND);
        assert_eq!(trouble.kind, ErrorKind::RateLimited { wait, quota: false });
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_host_that_never_answered_is_asked_no_more() {
        let gate = Gate::new(1);
        gate.answered();
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(gate.enter(&mut SECOND.clone()).await.is_ok());
        let gate = Gate::new(1);
        gate.unanswered(&ErrorKind::Timeout.into());
        assert!(gate.enter(&mut SECOND.clone()).await.is_err());
    }
}
