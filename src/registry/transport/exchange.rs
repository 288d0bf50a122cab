use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use http::header::LOCATION;
use tokio::time::{Instant, sleep};

use super::call::{Answer, Call};
use super::endpoint::{check_redirect, host_of};
use super::gate::{Allowance, Entry, Gate, Gates, Pass};
use super::proving::Proving;
use super::verdict::{self, Again, is_redirect, judge};
use super::wire::Transport;
use crate::observe::{Event, Observer, RequestKind};
use crate::registry::error::ErrorKind;
use crate::registry::limits::{Retries, Timeouts};
use crate::registry::proof::trials::{Sending, Turn};
use crate::registry::refusal::{Missing, refusal};
use crate::registry::trouble::Trouble;

const MOST_REDIRECTS: usize = 10;
/// The longest wait for something that can be done without.
const OPTIONAL_PATIENCE: Duration = Duration::from_secs(5);

/// How many times more often a request is made that a host asked to make later.
const MORE_TRIES: u32 = 4;

/// Requests with everything around them but credentials: gates, pauses, repetition, redirects.
pub(in crate::registry) struct Exchange {
    pub(in crate::registry) transport: Transport,
    pub(in crate::registry) gates: Gates,
    pub(in crate::registry) retries: Retries,
    pub(in crate::registry) timeouts: Timeouts,
    pub(in crate::registry) random: Mutex<fastrand::Rng>,
    pub(in crate::registry) observer: Arc<dyn Observer>,
    pub(in crate::registry) offline: bool,
    pub(in crate::registry) deadline: Option<Deadline>,
}

/// The end of all requests.
#[derive(Clone, Copy)]
pub(in crate::registry) struct Deadline {
    pub(in crate::registry) at: Instant,
    /// How long it was from the beginning.
    pub(in crate::registry) length: Duration,
}

impl Exchange {
    /// Sends a request, and follows redirects without ever taking credentials to another host.
    pub(in crate::registry) async fn follow(&self, call: &Call) -> Result<Answer, Trouble> {
        self.follow_proving(call, None).await
    }

    /// Does the same with a proof that is put in when the request leaves its host's line.
    pub(in crate::registry) async fn follow_proving(
        &self,
        call: &Call,
        mut proving: Option<&dyn Proving>,
    ) -> Result<Answer, Trouble> {
        let trial = call.trial.clone();
        let mut call = call.clone();
        for hops in 0..=MOST_REDIRECTS {
            let led = call.is_led.then(|| call.label.clone());
            let answer = self.send(&call, proving).await;
            let answer = answer.map_err(|trouble| match &led {
                Some(host) => trouble.at(host),
                None => trouble,
            })?;
            let location = answer.header(LOCATION.as_str());
            let (true, Some(location)) = (is_redirect(&call, &answer), location) else {
                if let (Some(trial), true) = (trial, hops > 0) {
                    trial.led_to(&answer).await;
                }
                return Ok(answer);
            };
            let next = call
                .url
                .join(location)
                .map_err(|_| Trouble::invalid("it redirects to something that is not a URL"))?;
            check_redirect(&call.url, &next).map_err(|reason| {
                let reason = format!("its redirect is not safe: {reason}");
                Trouble::new(ErrorKind::UnsafeRealm { reason })
            })?;
            if next.origin() != call.url.origin() {
                call.authorization = None;
                call.trial = None;
                proving = None;
                call.headers.clear();
                call.is_led = true;
                call.label = host_of(&next);
                call.reach = answer.reach;
            }
            call.url = next;
        }
        Err(Trouble::invalid("it redirects too often"))
    }

    /// Sends a request as often as it takes and is allowed; any status is an answer in the end.
    ///
    /// It follows no redirect.
    pub(in crate::registry) async fn send(
        &self,
        call: &Call,
        proving: Option<&dyn Proving>,
    ) -> Result<Answer, Trouble> {
        if self.offline {
            return Err(ErrorKind::Offline.into());
        }
        let gate = self.gates.of(&call.url);
        let (count, mut patience) = if call.optional {
            (
                self.retries.count.min(1),
                OPTIONAL_PATIENCE.min(self.retries.patience),
            )
        } else {
            (self.retries.count, self.retries.patience)
        };
        let mut tries = 0;
        let mut was_unavailable = false;
        let mut call = Cow::Borrowed(call);
        loop {
            patience = self.left(patience);
            let sending = match &call.trial {
                Some(trial) => match trial.turn().await {
                    Turn::Over(last) => return *last,
                    Turn::Alone(sending) => Some(sending),
                    Turn::Free => None,
                },
                None => None,
            };
            let left = self.leave_line(&gate, &mut call, proving, &mut patience);
            let pass = match left.await {
                Ok(pass) => pass,
                Err(trouble) => {
                    if let Some(sending) = sending {
                        sending.unsent();
                    }
                    return Err(trouble);
                }
            };
            let time = self.time(&call)?;
            let pass = pass.starting();
            // Boxed, since the futures of a request are large and lie many deep.
            let outcome = Box::pin(self.transport.once(&call, time, tries + 1)).await;
            let mut outcome = outcome.map_err(|trouble| self.in_time(trouble));
            tries += 1;
            match &mut outcome {
                Ok(answer) => answer.tries = tries,
                Err(trouble) => trouble.tries = tries,
            }
            let is_alone = was_unavailable && !gate.is_refusing();
            was_unavailable |=
                matches!(&outcome, Ok(answer) if answer.status == StatusCode::SERVICE_UNAVAILABLE);
            let again = judge(&outcome, is_alone);
            let vain = sending.as_ref().map_or(0, Sending::count);
            let wait = again
                .as_ref()
                .map(|again| self.pause_for(again, tries, vain));
            // Before anybody else is let in; others must mind it even if this request gives up.
            if let (Some(again), Some(wait)) = (&again, wait)
                && again.shared
                && gate.pause(wait)
                && wait <= self.left(patience)
            {
                self.announce(&call, wait, &again.why);
            }
            let allowance = outcome.as_ref().ok();
            let allowance = allowance.and_then(|answer| Allowance::read(&answer.headers));
            pass.over(
                verdict::of(&outcome, again.as_ref()),
                allowance.as_ref(),
                self.retries.base,
            );
            let foreseen = self.foresee(&gate);
            let is_spent = sending.is_some_and(|sending| sending.over(&outcome));
            let is_slow = matches!(&outcome, Err(trouble) if trouble.kind == ErrorKind::Timeout);
            let (Some(again), Some(pause), false) = (again, wait, call.optional && is_slow) else {
                return outcome;
            };
            foreseen?;
            // What broke over HTTP/2 may work over HTTP/1.1, or at least say why it does not.
            if outcome.is_err() && call.url.scheme() == "https" {
                call.to_mut().http1 = true;
            }
            let too_long = pause > self.left(patience);
            let more = match again.wait {
                Some(_) => MORE_TRIES,
                None if again.shared && gate.has_served() => MORE_TRIES,
                // It may have been a limit the first time.
                None if was_unavailable && gate.has_served() => 2,
                None => 1,
            };
            let most = count.saturating_mul(more);
            let is_hopeless = !call.optional && gate.is_hopeless();
            if tries > most || too_long || is_spent || is_hopeless {
                match &mut outcome {
                    Ok(answer) if too_long => answer.too_long = again.wait,
                    Ok(answer) if is_hopeless => gate.close(&refusal(answer, Missing::Manifest)),
                    Ok(_) => {}
                    Err(trouble) => gate.unanswered(trouble),
                }
                return outcome;
            }
            if !again.shared {
                self.announce(&call, pause, &again.why);
                patience = patience.saturating_sub(pause);
                sleep(pause).await;
            }
        }
    }

    /// Waits until a request may go, and puts the proof into it.
    ///
    /// Who has none that is good gives the turn back meanwhile, and goes first afterwards.
    async fn leave_line<'g>(
        &self,
        gate: &'g Gate,
        call: &mut Cow<'_, Call>,
        proving: Option<&dyn Proving>,
        patience: &mut Duration,
    ) -> Result<Pass<'g>, Trouble> {
        let mut entry = Entry {
            is_pull: call.is_pull,
            is_optional: call.optional,
            is_first: call.kind == RequestKind::Token,
        };
        loop {
            self.foresee(gate)?;
            let tell = |wait: Duration, why: &str| self.announce(call, wait, why);
            let pass = gate.enter(entry, patience, &tell).await;
            let pass = pass.map_err(|trouble| self.foreseen(trouble))?;
            let Some(proving) = proving else {
                return Ok(pass);
            };
            if let Some(header) = proving.header() {
                call.to_mut().authorization = Some(header?);
                return Ok(pass);
            }
            drop(pass);
            proving.fetch().await?;
            entry.is_first = true;
        }
    }

    /// Fails if those who wait for a host cannot all be served before the deadline, and says so to all.
    fn foresee(&self, gate: &Gate) -> Result<(), Trouble> {
        let Some(deadline) = self.deadline else {
            return Ok(());
        };
        let needed = gate.least_time();
        let left = deadline.at.saturating_duration_since(Instant::now());
        if needed <= left {
            return Ok(());
        }
        let length = deadline.length;
        let trouble = Trouble::new(ErrorKind::TooSlow {
            needed,
            left,
            length,
        });
        gate.close(&trouble);
        Err(trouble)
    }

    /// Tells whether a pause is too long in itself, or only for the deadline.
    fn foreseen(&self, mut trouble: Trouble) -> Trouble {
        if let (
            Some(deadline),
            ErrorKind::RateLimited {
                wait: Some(needed), ..
            },
        ) = (self.deadline, &trouble.kind)
            && *needed <= self.retries.patience
        {
            let left = deadline.at.saturating_duration_since(Instant::now());
            if *needed > left {
                let (needed, length) = (*needed, deadline.length);
                trouble.kind = ErrorKind::TooSlow {
                    needed,
                    left,
                    length,
                };
            }
        }
        trouble
    }

    /// Returns how long the next try may take.
    fn time(&self, call: &Call) -> Result<Duration, Trouble> {
        let total = self.timeouts.total;
        let time = self.left(call.time.map_or(total, |time| time.min(total)));
        if time.is_zero() {
            return Err(self.in_time(ErrorKind::Timeout.into()));
        }
        Ok(time)
    }

    /// Tells whether a request took too long, or all together.
    fn in_time(&self, mut trouble: Trouble) -> Trouble {
        if let (Some(deadline), ErrorKind::Timeout) = (self.deadline, &trouble.kind)
            && deadline.at <= Instant::now()
        {
            let length = deadline.length;
            trouble.kind = ErrorKind::Deadline { length };
        }
        trouble
    }

    fn left(&self, duration: Duration) -> Duration {
        self.deadline.map_or(duration, |deadline| {
            duration.min(deadline.at.saturating_duration_since(Instant::now()))
        })
    }

    /// Returns the pause before the next try.
    ///
    /// `vain` counts how often a credential was sent that was not accepted so far. Three times are all it has, so
    /// that a limit gets the time to let it pass.
    fn pause_for(&self, again: &Again, tries: u32, vain: u32) -> Duration {
        again.wait.unwrap_or_else(|| {
            let backoff = self.backoff(tries);
            if vain == 0 || !again.shared {
                return backoff;
            }
            let least = self.retries.base.saturating_mul(4_u32.saturating_pow(vain));
            backoff.max(least.min(self.retries.cap))
        })
    }

    /// Returns a random pause, of up to twice the length of the time before ("full jitter").
    fn backoff(&self, tries: u32) -> Duration {
        let factor = 1_u32
            .checked_shl(tries.saturating_sub(1))
            .unwrap_or(u32::MAX);
        let longest = self
            .retries
            .base
            .saturating_mul(factor)
            .min(self.retries.cap);
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        longest.mul_f64(random.f64())
    }

    fn announce(&self, call: &Call, duration: Duration, why: &str) {
        if !duration.is_zero() {
            self.observer.on_event(&Event::Waiting {
                host: call.label.clone(),
                duration,
                why: why.into(),
            });
        }
    }
}
