use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use tokio::sync::Notify;

use super::operation::{ApiRoute, Operation};

/// A request that an embedded registry received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRequest {
    /// What it asked for.
    pub operation: Operation,
    /// The method, in upper case.
    pub method: String,
    /// The path with the query, as sent.
    pub path: String,
    /// The repository's path; empty where the operation has none.
    pub repository: String,
    /// The tag, digest or upload; empty where the operation has none.
    pub reference: String,
    /// The host and port that the client believed to speak to.
    pub host: String,
    /// All headers by lower-case name; several of one name are joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// The body of a request for a token or to an [`Answers`](super::Answers), empty otherwise.
    pub form: String,
    /// The status of the answer; nothing while there is none.
    pub status: Option<u16>,
}

impl LoggedRequest {
    /// Returns a header's value by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns the `Authorization` header as it was sent.
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// Returns `true` if this text, such as a secret, stands in any part of the request.
    pub fn contains(&self, text: &str) -> bool {
        self.path.contains(text)
            || self.form.contains(text)
            || self.headers.values().any(|value| value.contains(text))
    }

    fn new(parts: &Parts, route: &ApiRoute) -> Self {
        let mut headers = BTreeMap::<String, String>::new();
        for (name, value) in &parts.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|held| {
                    held.push_str(", ");
                    held.push_str(&value);
                })
                .or_insert_with(|| value.to_string());
        }
        // HTTP/2 carries the host as the authority of the URI.
        let host = match parts.uri.authority() {
            Some(authority) => authority.to_string(),
            None => headers.get("host").cloned().unwrap_or_default(),
        };
        let path = parts.uri.path_and_query();
        Self {
            operation: route.operation,
            method: parts.method.to_string(),
            path: path.map(ToString::to_string).unwrap_or_default(),
            repository: route.repository.clone(),
            reference: route.reference.clone(),
            host,
            headers,
            form: String::new(),
            status: None,
        }
    }
}

/// Every request since the start or the last reset.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: Mutex<LogEntries>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct LogEntries {
    next: u64,
    requests: BTreeMap<u64, LoggedRequest>,
    in_flight: usize,
    most_in_flight: usize,
}

/// A request that is being answered; it is in flight until this is dropped.
#[derive(Debug)]
pub(super) struct InFlight<'log> {
    log: &'log Log,
    number: u64,
}

impl Log {
    pub(super) fn arrive(&self, parts: &Parts, route: &ApiRoute) -> InFlight<'_> {
        let mut entries = self.lock();
        let number = entries.next;
        entries.next += 1;
        entries
            .requests
            .insert(number, LoggedRequest::new(parts, route));
        entries.in_flight += 1;
        entries.most_in_flight = entries.most_in_flight.max(entries.in_flight);
        drop(entries);
        self.changed.notify_waiters();
        InFlight { log: self, number }
    }

    pub(super) fn requests(&self) -> Vec<LoggedRequest> {
        self.lock().requests.values().cloned().collect()
    }

    pub(super) fn count(&self, operation: Operation) -> usize {
        let entries = self.lock();
        let requests = entries.requests.values();
        requests
            .filter(|request| request.operation == operation)
            .count()
    }

    /// Returns how many manifests were asked for by `GET` and not refused, this request included.
    pub(super) fn pulls(&self) -> usize {
        let entries = self.lock();
        let pulls = entries.requests.values().filter(|request| {
            let refused = matches!(request.status, Some(401 | 403 | 429));
            request.operation == Operation::ManifestGet && !refused
        });
        pulls.count()
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.lock().most_in_flight
    }

    pub(super) fn reset(&self) {
        let mut entries = self.lock();
        entries.requests.clear();
        entries.most_in_flight = entries.in_flight;
    }

    pub(super) async fn received(&self, operation: Operation, count: usize) {
        loop {
            let next = self.changed.notified();
            if self.count(operation) >= count {
                return;
            }
            next.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, LogEntries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight<'_> {
    pub(super) fn form(&self, form: &[u8]) {
        if let Some(request) = self.log.lock().requests.get_mut(&self.number) {
            request.form = String::from_utf8_lossy(form).into_owned();
        }
    }

    pub(super) fn answered(&self, status: u16) {
        if let Some(request) = self.log.lock().requests.get_mut(&self.number) {
            request.status = Some(status);
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.log.lock().in_flight -= 1;
    }
}
