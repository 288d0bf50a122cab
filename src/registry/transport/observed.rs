use tokio::time::Instant;

use super::request::{HttpRequest, HttpResponse};
use crate::observe::{Event, Observer, Request};
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;

/// A request under way that an observer is told of: its start, and its end whatever that is.
pub(super) struct ObservedRequest<'o> {
    observer: &'o dyn Observer,
    /// None where nobody listens, and once the end was told.
    request: Option<Request>,
    start: Instant,
}

impl<'o> ObservedRequest<'o> {
    /// Tells that a request goes out.
    pub(super) fn begin(observer: &'o dyn Observer, sent: &HttpRequest, attempt: u32) -> Self {
        let request = observer.is_listening().then(|| Request {
            host: sent.label.clone(),
            method: sent.method_name(),
            path: sent.url.path().to_string(),
            kind: sent.kind,
            attempt,
        });
        if let Some(request) = &request {
            observer.on_event(&Event::RequestStarted {
                request: request.clone(),
            });
        }
        Self {
            observer,
            request,
            start: Instant::now(),
        }
    }

    /// Tells what it came to.
    pub(super) fn end(mut self, outcome: &Result<HttpResponse, RequestError>) {
        match outcome {
            Ok(response) => {
                let Some(request) = self.request.take() else {
                    return;
                };
                self.observer.on_event(&Event::RequestFinished {
                    request,
                    status: response.status.as_u16(),
                    version: response.version,
                    received_bytes: response.body.len() as u64,
                    elapsed: self.start.elapsed(),
                });
            }
            Err(error) => self.fail(|| reason_of(error)),
        }
    }

    fn fail(&mut self, reason: impl FnOnce() -> String) {
        if let Some(request) = self.request.take() {
            self.observer.on_event(&Event::RequestFailed {
                request,
                reason: reason(),
                elapsed: self.start.elapsed(),
            });
        }
    }
}

impl Drop for ObservedRequest<'_> {
    fn drop(&mut self) {
        self.fail(|| "its answer is not needed any more".into());
    }
}

fn reason_of(error: &RequestError) -> String {
    match &error.kind {
        ErrorKind::Timeout => "no answer in time".into(),
        ErrorKind::Tls(problem) => problem.to_string(),
        ErrorKind::Proxy { proxy, failure, .. } => format!("the proxy {proxy} {failure}"),
        ErrorKind::Unreachable { reason } | ErrorKind::Invalid { reason } => reason.clone(),
        ErrorKind::TooLarge { limit } => format!("the answer is larger than {limit} bytes"),
        ErrorKind::MemoryLimit { .. } => {
            "the answer does not fit into the memory of this run".into()
        }
        _ => "the request failed".into(),
    }
}
