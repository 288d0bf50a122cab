use std::time::Duration;

use http::{Method, StatusCode};

use super::limiter::PermitOutcome;
use super::request::{HttpRequest, HttpResponse};
use super::retry_after;
use crate::registry::error::ErrorKind;
use crate::registry::proxies::ProxyFailure;
use crate::registry::request_error::{RequestError, ServerWords};

/// Why and after what wait a request is worth another try.
pub(super) struct Retry {
    pub(super) wait: Option<Duration>,
    /// Whether the host has too many requests, so that all of them need the pause.
    pub(super) host_is_busy: bool,
    pub(super) why: String,
}

/// Says whether and when a request is worth another try.
///
/// A 503 is what proxies answer with whose limit is passed, and also what one broken repository gets: it is
/// taken for the latter where `is_alone` says that this request got one before and others did not.
pub(super) fn judge(outcome: &Result<HttpResponse, RequestError>, is_alone: bool) -> Option<Retry> {
    let response = match outcome {
        Ok(response) => response,
        Err(error) => {
            let why = match &error.kind {
                ErrorKind::Timeout => "no answer in time".to_string(),
                ErrorKind::Unreachable { reason } => reason.clone(),
                ErrorKind::Proxy {
                    proxy,
                    failure: failure @ ProxyFailure::Unreachable { .. },
                    ..
                } => format!("the proxy {proxy} {failure}"),
                _ => return None,
            };
            return Some(Retry {
                wait: None,
                host_is_busy: false,
                why,
            });
        }
    };
    let status = response.status.as_u16();
    if !matches!(status, 408 | 429 | 500 | 502 | 503 | 504) || is_quota(response) {
        return None;
    }
    let words = ServerWords::read(&response.body);
    let wait = retry_after::read(&response.headers, words.message.as_deref());
    let host_is_busy = match status {
        429 => true,
        503 => wait.is_some() || !is_alone,
        _ => false,
    };
    Some(Retry {
        wait,
        host_is_busy,
        why: format!("it answered {status}"),
    })
}

/// Returns what a try says of the host.
pub(super) fn outcome_of(
    outcome: &Result<HttpResponse, RequestError>,
    retry: Option<&Retry>,
) -> PermitOutcome {
    match (outcome, retry) {
        (Ok(_), Some(retry)) if retry.host_is_busy => PermitOutcome::Busy(retry.wait),
        (Ok(_), Some(_)) => PermitOutcome::Failed,
        (Ok(_), None) => PermitOutcome::Good,
        (Err(_), _) => PermitOutcome::Silent,
    }
}

/// Returns `true` if an answer leads elsewhere.
pub(super) fn is_redirect(request: &HttpRequest, response: &HttpResponse) -> bool {
    // A form holds a secret, which goes only where it was sent.
    request.method != Method::POST
        && matches!(response.status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Returns `true` if an answer means Docker Hub's pull limit, which takes hours to refill.
pub(in crate::registry) fn is_quota(response: &HttpResponse) -> bool {
    if response.status != StatusCode::TOO_MANY_REQUESTS {
        return false;
    }
    let message = ServerWords::read(&response.body)
        .message
        .unwrap_or_default();
    message.to_ascii_lowercase().contains("pull rate limit")
}
