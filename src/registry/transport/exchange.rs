use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::LOCATION;
use http::{Method, StatusCode};
use tokio::time::{Instant, sleep};

use super::call::{Answer, Call};
use super::endpoint::{check_redirect, host_of};
use super::gate::{Allowance, Gates, Outcome};
use super::retry_after;
use super::wire::Transport;
use crate::observe::{Event, Observer};
use crate::registry::error::ErrorKind;
use crate::registry::limits::{Retries, Timeouts};
use crate::registry::proxies::ProxyFailure;
use crate::registry::trouble::{ServerWords, Trouble};

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

/// Why and after what wait a request is worth another try.
struct Again {
    wait: Option<Duration>,
    /// Whether the whole host needs the pause.
    shared: bool,
    why: String,
}

impl Exchange {
    /// Makes a request, and follows redirects without ever taking credentials to another host.
    pub(in crate::registry) async fn follow(&self, call: &Call) -> Result<Answer, Trouble> {
        let mut call = call.clone();
        for _ in 0..=MOST_REDIRECTS {
            let led = call.is_led.then(|| call.label.clone());
            let answer = self.send(&call).await.map_err(|trouble| match &led {
                Some(host) => trouble.at(host),
                None => trouble,
            })?;
            let location = answer.header(LOCATION.as_str());
            let (true, Some(location)) = (is_redirect(&call, &answer), location) else {
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
                call.headers.clear();
                call.is_led = true;
                call.label = host_of(&next);
                call.reach = answer.reach;
            }
            call.url = next;
        }
        Err(Trouble::invalid("it redirects too often"))
    }

    /// Makes a request as often as it takes and is allowed; any status is an answer in the end.
    ///
    /// It follows no redirect.
    pub(in crate::registry) async fn send(&self, call: &Call) -> Result<Answer, Trouble> {
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
        let mut call = Cow::Borrowed(call);
        loop {
            patience = self.left(patience);
            let tell = |wait: Duration, why: &str| self.announce(&call, wait, why);
            let pass = gate.enter(call.is_pull, &mut patience, &tell).await?;
            // Boxed, since the futures of a request are large and lie many deep.
            let outcome = Box::pin(self.transport.once(&call, self.time(&call)?, tries + 1)).await;
            let mut outcome = outcome.map_err(|trouble| self.in_time(trouble));
            tries += 1;
            match &mut outcome {
                Ok(answer) => answer.tries = tries,
                Err(trouble) => trouble.tries = tries,
            }
            let again = judge(&outcome);
            let wait = again.as_ref().map(|again| self.pause_for(again, tries));
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
            let most = self.retries.base * 2;
            pass.over(of(&outcome, again.as_ref()), allowance.as_ref(), most);
            let is_slow = matches!(&outcome, Err(trouble) if trouble.kind == ErrorKind::Timeout);
            let (Some(again), Some(pause), false) = (again, wait, call.optional && is_slow) else {
                return outcome;
            };
            // What broke over HTTP/2 may work over HTTP/1.1, or at least say why it does not.
            if outcome.is_err() && call.url.scheme() == "https" {
                call.to_mut().http1 = true;
            }
            let too_long = pause > self.left(patience);
            let most = if again.wait.is_some() {
                count.saturating_mul(MORE_TRIES)
            } else {
                count
            };
            if tries > most || too_long {
                match &mut outcome {
                    Ok(answer) if too_long => answer.too_long = again.wait,
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

    fn pause_for(&self, again: &Again, tries: u32) -> Duration {
        again.wait.unwrap_or_else(|| self.backoff(tries))
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

/// Returns what a try says of the host.
fn of(outcome: &Result<Answer, Trouble>, again: Option<&Again>) -> Outcome {
    match (outcome, again) {
        (Ok(_), Some(again)) if again.shared => Outcome::Busy(again.wait),
        (Ok(_), Some(_)) => Outcome::Failed,
        (Ok(_), None) => Outcome::Good,
        (Err(_), _) => Outcome::Silent,
    }
}

/// Says whether and when a request is worth another try.
fn judge(outcome: &Result<Answer, Trouble>) -> Option<Again> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(trouble) => {
            let why = match &trouble.kind {
                ErrorKind::Timeout => "no answer in time".to_string(),
                ErrorKind::Unreachable { reason } => reason.clone(),
                ErrorKind::Proxy {
                    proxy,
                    failure: failure @ ProxyFailure::Unreachable { .. },
                    ..
                } => format!("the proxy {proxy} {failure}"),
                _ => return None,
            };
            return Some(Again {
                wait: None,
                shared: false,
                why,
            });
        }
    };
    let status = answer.status.as_u16();
    if !matches!(status, 408 | 429 | 500 | 502 | 503 | 504) || is_quota(answer) {
        return None;
    }
    let words = ServerWords::read(&answer.body);
    let wait = retry_after::read(&answer.headers, words.message.as_deref());
    Some(Again {
        wait,
        shared: status == 429 || (status == 503 && wait.is_some()),
        why: format!("it answered {status}"),
    })
}

fn is_redirect(call: &Call, answer: &Answer) -> bool {
    // A form holds a secret, which goes only where it was sent.
    call.method != Method::POST && matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Says whether an answer means Docker Hub's pull limit, which takes hours to refill.
pub(in crate::registry) fn is_quota(answer: &Answer) -> bool {
    if answer.status != StatusCode::TOO_MANY_REQUESTS {
        return false;
    }
    let message = ServerWords::read(&answer.body).message.unwrap_or_default();
    message.to_ascii_lowercase().contains("pull rate limit")
}
