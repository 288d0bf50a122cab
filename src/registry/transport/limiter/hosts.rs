use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::host_limiter::HostLimiter;
use super::host_limits::HostLimits;

/// The limiters of all hosts, by scheme, host and port.
pub(in crate::registry) struct HostLimiters {
    concurrency: usize,
    limiters: Mutex<HashMap<String, Arc<HostLimiter>>>,
}

impl HostLimiters {
    pub(in crate::registry) fn new(concurrency: usize) -> Self {
        Self {
            concurrency,
            limiters: Mutex::default(),
        }
    }

    /// Returns the limiter of a URL, with the usual limits if it is a new one.
    pub(in crate::registry) fn of(&self, url: &Url) -> Arc<HostLimiter> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters
            .entry(url.origin().ascii_serialization())
            .or_insert_with(|| Arc::new(HostLimiter::new(HostLimits::usual(self.concurrency))));
        Arc::clone(limiter)
    }

    /// Returns the limiter of a host that has limits of its own.
    ///
    /// A redirect or a token realm may have led there before.
    pub(in crate::registry) fn opened(
        &self,
        url: &Url,
        host_limits: HostLimits,
    ) -> Arc<HostLimiter> {
        let limiter = self.of(url);
        limiter.set(host_limits);
        limiter
    }
}
