use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use http::header::LOCATION;
use tokio::time::{Instant, sleep};

use super::authorizer::Authorizer;
use super::endpoint::{check_redirect, host_of};
use super::limiter::{HostLimiter, HostLimiters, LimiterEntry, Permit, RateLimitHeaders};
use super::request::{HttpRequest, HttpResponse};
use super::retry::{self, Retry, is_redirect, judge};
use super::send::Transport;
use crate::observe::{Event, Observer, RequestKind};
use crate::registry::authn::refusal_limiter::{SendTurn, Sending};
use crate::registry::error::ErrorKind;
use crate::registry::limits::{Retries, Timeouts};
use crate::registry::refusal::{MissingKind, refusal};
use crate::registry::request_error::RequestError;

const MOST_REDIRECTS: usize = 10;
/// The longest wait for something that can be done without.
const OPTIONAL_PATIENCE: Duration = Duration::from_secs(5);

/// How many times more often a request is made that a host asked to make later.
const MORE_TRIES: u32 = 4;

/// Requests with everything around them but credentials: limiters, pauses, repetition, redirects.
pub(in crate::registry) struct Exchange {
    pub(in crate::registry) transport: Transport,
    pub(in crate::registry) limiters: HostLimiters,
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
    pub(in crate::registry) async fn send_following_redirects(
        &self,
        request: &HttpRequest,
    ) -> Result<HttpResponse, RequestError> {
        self.send_authorizing(request, None).await
    }

    /// Does the same with an authorization that is put in when the request leaves its host's line.
    pub(in crate::registry) async fn send_authorizing(
        &self,
        request: &HttpRequest,
        mut authorizer: Option<&dyn Authorizer>,
    ) -> Result<HttpResponse, RequestError> {
        let credential_use = request.credential_use.clone();
        let mut request = request.clone();
        for hops in 0..=MOST_REDIRECTS {
            let led = request.was_redirected.then(|| request.label.clone());
            let response = self.send_with_retry(&request, authorizer).await;
            let response = response.map_err(|error| match &led {
                Some(host) => error.at(host),
                None => error,
            })?;
            let location = response.header(LOCATION.as_str());
            let (true, Some(location)) = (is_redirect(&request, &response), location) else {
                if let (Some(credential_use), true) = (credential_use, hops > 0) {
                    credential_use.led_to(&response).await;
                }
                return Ok(response);
            };
            let next = request.url.join(location).map_err(|_| {
                RequestError::invalid("it redirects to something that is not a URL")
            })?;
            check_redirect(&request.url, &next).map_err(|reason| {
                let reason = format!("its redirect is not safe: {reason}");
                RequestError::new(ErrorKind::UnsafeRealm { reason })
            })?;
            if next.origin() != request.url.origin() {
                request.authorization = None;
                request.credential_use = None;
                authorizer = None;
                request.headers.clear();
                request.was_redirected = true;
                request.label = host_of(&next);
                request.address_policy = response.address_policy;
            }
            request.url = next;
        }
        Err(RequestError::invalid("it redirects too often"))
    }

    /// Sends a request as often as it takes and is allowed; any status is an answer in the end.
    ///
    /// It follows no redirect.
    pub(in crate::registry) async fn send_with_retry(
        &self,
        request: &HttpRequest,
        authorizer: Option<&dyn Authorizer>,
    ) -> Result<HttpResponse, RequestError> {
        if self.offline {
            return Err(ErrorKind::Offline.into());
        }
        let limiter = self.limiters.of(&request.url);
        let (count, mut patience) = if request.optional {
            (
                self.retries.count.min(1),
                OPTIONAL_PATIENCE.min(self.retries.patience),
            )
        } else {
            (self.retries.count, self.retries.patience)
        };
        let mut tries = 0;
        let mut was_unavailable = false;
        let mut request = Cow::Borrowed(request);
        loop {
            patience = self.left(patience);
            let sending = match &request.credential_use {
                Some(credential_use) => match credential_use.turn().await {
                    SendTurn::Over(last) => return *last,
                    SendTurn::Alone(sending) => Some(sending),
                    SendTurn::Free => None,
                },
                None => None,
            };
            let left = self.acquire_permit(&limiter, &mut request, authorizer, &mut patience);
            let pass = match left.await {
                Ok(pass) => pass,
                Err(error) => {
                    if let Some(sending) = sending {
                        sending.unsent();
                    }
                    return Err(error);
                }
            };
            let time = self.time(&request)?;
            let pass = pass.starting();
            // Boxed, since the futures of a request are large and lie many deep.
            let outcome = Box::pin(self.transport.send_observed(&request, time, tries + 1)).await;
            let mut outcome = outcome.map_err(|error| self.in_time(error));
            tries += 1;
            match &mut outcome {
                Ok(response) => response.tries = tries,
                Err(error) => error.tries = tries,
            }
            let is_alone = was_unavailable && !limiter.is_refusing();
            was_unavailable |= matches!(&outcome, Ok(response) if response.status == StatusCode::SERVICE_UNAVAILABLE);
            let retry = judge(&outcome, is_alone);
            let vain = sending.as_ref().map_or(0, Sending::count);
            let wait = retry
                .as_ref()
                .map(|retry| self.pause_for(retry, tries, vain));
            // Before anybody else is let in; others must mind it even if this request gives up.
            if let (Some(retry), Some(wait)) = (&retry, wait)
                && retry.host_is_busy
                && limiter.pause(wait)
                && wait <= self.left(patience)
            {
                self.announce(&request, wait, &retry.why);
            }
            let rate_headers = outcome.as_ref().ok();
            let rate_headers =
                rate_headers.and_then(|response| RateLimitHeaders::read(&response.headers));
            pass.over(
                retry::outcome_of(&outcome, retry.as_ref()),
                rate_headers.as_ref(),
                self.retries.base,
            );
            let foreseen = self.foresee(&limiter);
            let is_spent = sending.is_some_and(|sending| sending.over(&outcome));
            let is_slow = matches!(&outcome, Err(error) if error.kind == ErrorKind::Timeout);
            let (Some(retry), Some(pause), false) = (retry, wait, request.optional && is_slow)
            else {
                return outcome;
            };
            foreseen?;
            // What broke over HTTP/2 may work over HTTP/1.1, or at least say why it does not.
            if outcome.is_err() && request.url.scheme() == "https" {
                request.to_mut().http1 = true;
            }
            let too_long = pause > self.left(patience);
            let more = match retry.wait {
                Some(_) => MORE_TRIES,
                None if retry.host_is_busy && limiter.has_served() => MORE_TRIES,
                // It may have been a limit the first time.
                None if was_unavailable && limiter.has_served() => 2,
                None => 1,
            };
            let most = count.saturating_mul(more);
            let is_hopeless = !request.optional && limiter.is_hopeless();
            if tries > most || too_long || is_spent || is_hopeless {
                match &mut outcome {
                    Ok(response) if too_long => response.too_long = retry.wait,
                    Ok(response) if is_hopeless => {
                        limiter.close(&refusal(response, MissingKind::Manifest));
                    }
                    Ok(_) => {}
                    Err(error) => limiter.unanswered(error),
                }
                return outcome;
            }
            if !retry.host_is_busy {
                self.announce(&request, pause, &retry.why);
                patience = patience.saturating_sub(pause);
                sleep(pause).await;
            }
        }
    }

    /// Waits until a request may go, and puts the authorization into it.
    ///
    /// Who has none that is good gives the turn back meanwhile, and goes first afterwards.
    async fn acquire_permit<'g>(
        &self,
        limiter: &'g HostLimiter,
        request: &mut Cow<'_, HttpRequest>,
        authorizer: Option<&dyn Authorizer>,
        patience: &mut Duration,
    ) -> Result<Permit<'g>, RequestError> {
        let mut entry = LimiterEntry {
            is_pull: request.is_pull,
            is_optional: request.optional,
            is_first: request.kind == RequestKind::Token,
        };
        loop {
            self.foresee(limiter)?;
            let tell = |wait: Duration, why: &str| self.announce(request, wait, why);
            let pass = limiter.enter(entry, patience, &tell).await;
            let pass = pass.map_err(|error| self.foreseen(error))?;
            let Some(authorizer) = authorizer else {
                return Ok(pass);
            };
            if let Some(header) = authorizer.header() {
                request.to_mut().authorization = Some(header?);
                return Ok(pass);
            }
            drop(pass);
            authorizer.fetch().await?;
            entry.is_first = true;
        }
    }

    /// Fails if those who wait for a host cannot all be served before the deadline, and says so to all.
    fn foresee(&self, limiter: &HostLimiter) -> Result<(), RequestError> {
        let Some(deadline) = self.deadline else {
            return Ok(());
        };
        let needed = limiter.least_time();
        let left = deadline.at.saturating_duration_since(Instant::now());
        if needed <= left {
            return Ok(());
        }
        let length = deadline.length;
        let error = RequestError::new(ErrorKind::TooSlow {
            needed,
            left,
            length,
        });
        limiter.close(&error);
        Err(error)
    }

    /// Tells whether a pause is too long in itself, or only for the deadline.
    fn foreseen(&self, mut error: RequestError) -> RequestError {
        if let (
            Some(deadline),
            ErrorKind::RateLimited {
                wait: Some(needed), ..
            },
        ) = (self.deadline, &error.kind)
            && *needed <= self.retries.patience
        {
            let left = deadline.at.saturating_duration_since(Instant::now());
            if *needed > left {
                let (needed, length) = (*needed, deadline.length);
                error.kind = ErrorKind::TooSlow {
                    needed,
                    left,
                    length,
                };
            }
        }
        error
    }

    /// Returns how long the next try may take.
    fn time(&self, request: &HttpRequest) -> Result<Duration, RequestError> {
        let total = self.timeouts.total;
        let time = self.left(request.time.map_or(total, |time| time.min(total)));
        if time.is_zero() {
            return Err(self.in_time(ErrorKind::Timeout.into()));
        }
        Ok(time)
    }

    /// Tells whether a request took too long, or all together.
    fn in_time(&self, mut error: RequestError) -> RequestError {
        if let (Some(deadline), ErrorKind::Timeout) = (self.deadline, &error.kind)
            && deadline.at <= Instant::now()
        {
            let length = deadline.length;
            error.kind = ErrorKind::Deadline { length };
        }
        error
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
    fn pause_for(&self, retry: &Retry, tries: u32, vain: u32) -> Duration {
        retry.wait.unwrap_or_else(|| {
            let backoff = self.backoff(tries);
            if vain == 0 || !retry.host_is_busy {
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

    fn announce(&self, request: &HttpRequest, duration: Duration, why: &str) {
        if !duration.is_zero() {
            self.observer.on_event(&Event::Waiting {
                host: request.label.clone(),
                duration,
                why: why.into(),
            });
        }
    }
}
