use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::guard::Gate;
use super::terms::Terms;

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

    /// Returns the gate before a URL, on the usual terms if it is a new one.
    pub(in crate::registry) fn of(&self, url: &Url) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(url.origin().ascii_serialization())
            .or_insert_with(|| Arc::new(Gate::new(Terms::usual(self.concurrency))));
        Arc::clone(gate)
    }

    /// Returns the gate before a host that has terms of its own.
    ///
    /// A redirect or a token realm may have led there before.
    pub(in crate::registry) fn opened(&self, url: &Url, terms: Terms) -> Arc<Gate> {
        let gate = self.of(url);
        gate.set(terms);
        gate
    }
}
