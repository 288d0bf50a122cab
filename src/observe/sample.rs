//! Events for tests.

use std::time::Duration;

use super::{Event, RequestInfo, RequestKind};

pub(crate) fn request(host: &str, kind: RequestKind, attempt: u32) -> RequestInfo {
    RequestInfo {
        host: host.into(),
        method: "GET",
        path: format!("/v2/team/app/{kind}"),
        kind,
        attempt,
    }
}

pub(crate) fn started(host: &str, kind: RequestKind, attempt: u32) -> Event {
    let request = request(host, kind, attempt);
    Event::RequestStarted { request }
}

pub(crate) fn finished(
    host: &str,
    kind: RequestKind,
    attempt: u32,
    status: u16,
    received_bytes: u64,
) -> Event {
    Event::RequestFinished {
        request: request(host, kind, attempt),
        status,
        version: "HTTP/1.1",
        received_bytes,
        elapsed: Duration::from_millis(30),
    }
}

pub(crate) fn failed(host: &str, kind: RequestKind, attempt: u32) -> Event {
    Event::RequestFailed {
        request: request(host, kind, attempt),
        reason: "no answer in time".into(),
        elapsed: Duration::from_millis(30),
    }
}

pub(crate) fn waiting(host: &str, milliseconds: u64, why: &str) -> Event {
    Event::Waiting {
        host: host.into(),
        duration: Duration::from_millis(milliseconds),
        why: why.into(),
    }
}
