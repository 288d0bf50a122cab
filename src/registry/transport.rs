use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Method;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use tokio::time::Instant;

use super::addresses::Forbidden;
use super::call::{Answer, Call};
use super::clients::Clients;
use super::error::ErrorKind;
use super::limits::Limits;
use super::trouble::{Trouble, clean};
use crate::observe::{Event, Observer};

/// The way to make one request: no redirects, no repetition, a cap on every body.
pub(super) struct Transport {
    pub(super) clients: Clients,
    pub(super) limits: Limits,
    pub(super) observer: Arc<dyn Observer>,
}

impl Transport {
    /// Makes one request and reads its whole answer within the time.
    pub(super) async fn once(&self, call: &Call, time: Duration) -> Result<Answer, Trouble> {
        let host = call.label.clone();
        let method = method_name(&call.method);
        let path = call.url.path().to_string();
        let start = Instant::now();
        self.observer.on_event(&Event::RequestStarted {
            host: host.clone(),
            method,
            path: path.clone(),
        });
        let outcome = self.exchange(call, time).await;
        let elapsed = start.elapsed();
        self.observer.on_event(&match &outcome {
            Ok(answer) => Event::RequestFinished {
                host,
                method,
                path,
                status: answer.status.as_u16(),
                elapsed,
            },
            Err(trouble) => Event::RequestFailed {
                host,
                method,
                path,
                reason: reason_of(trouble),
                elapsed,
            },
        });
        outcome
    }

    async fn exchange(&self, call: &Call, time: Duration) -> Result<Answer, Trouble> {
        let client = self.clients.of(&call.url, call.reach, call.direct);
        let client = client.map_err(|reason| {
            let reason = clean(&reason, 200);
            Trouble::new(ErrorKind::Transport { reason })
        })?;
        let mut request = client
            .request(call.method.clone(), call.url.clone())
            .timeout(time);
        if let Some(accept) = call.accept {
            request = request.header(ACCEPT, accept);
        }
        if call.verbatim {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        if let Some(authorization) = &call.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in &call.headers {
            request = request.header(name, value.clone());
        }
        if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, body.content_type)
                .body(body.text.reveal().to_string());
        }
        let mut response = request.send().await.map_err(|error| told(&error))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = if call.method == Method::HEAD {
            Bytes::new()
        } else if status.is_success() {
            read(&mut response, call.limit, true).await?
        } else {
            read(&mut response, self.limits.error_bytes, false).await?
        };
        Ok(Answer {
            status,
            headers,
            body,
            url: call.url.clone(),
            tries: 1,
            too_long: None,
        })
    }
}

/// Reads a body up to a cap; past it, fails or leaves the rest.
async fn read(
    response: &mut reqwest::Response,
    limit: usize,
    strict: bool,
) -> Result<Bytes, Trouble> {
    let too_large = || Trouble::new(ErrorKind::TooLarge { limit });
    let announced = response.content_length();
    if strict && announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| told(&error))? {
        let room = limit - body.len();
        if chunk.len() > room {
            if strict {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk[..room]);
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Tells a failure of the network in one line, without the URL.
fn told(error: &reqwest::Error) -> Trouble {
    if error.is_timeout() {
        return ErrorKind::Timeout.into();
    }
    // The innermost cause is the one that says something.
    let mut cause = error.source();
    let mut reason = "the request failed".to_string();
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            let reason = format!("it leads where it must not: {forbidden}");
            return ErrorKind::UnsafeRealm { reason }.into();
        }
        reason = inner.to_string();
        cause = inner.source();
    }
    let mut reason = clean(&reason, 200);
    if error.is_body() || error.is_decode() {
        reason = format!("the answer broke off: {reason}");
    }
    ErrorKind::Unreachable { reason }.into()
}

fn reason_of(trouble: &Trouble) -> String {
    match &trouble.kind {
        ErrorKind::Timeout => "no answer in time".into(),
        ErrorKind::Unreachable { reason } | ErrorKind::Invalid { reason } => reason.clone(),
        ErrorKind::TooLarge { limit } => format!("the answer is larger than {limit} bytes"),
        _ => "the request failed".into(),
    }
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        _ => "GET",
    }
}
