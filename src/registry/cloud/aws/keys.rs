use std::collections::HashMap;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, MutexGuard};

use crate::registry::auth::Secret;

/// An access key: what requests to AWS are signed with.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) session: Option<Secret>,
    pub(super) expires: Option<Timestamp>,
}

impl Keys {
    /// Makes sure that there is something to sign with, and that it is still good.
    pub(super) fn check(self, now: Timestamp) -> Result<Self, String> {
        if self.id.is_empty() || self.secret.is_empty() {
            return Err("there is no access key in it".into());
        }
        if !self.id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("its access key id has characters that no key has".into());
        }
        match self.expires {
            Some(end) if end <= now => Err(format!("they expired at {end}")),
            _ => Ok(self),
        }
    }

    /// Returns what must not be shown.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        let mut secrets = vec![&self.secret];
        secrets.extend(&self.session);
        secrets
    }
}

/// So long before its end an access key is fetched anew.
const EARLY: SignedDuration = SignedDuration::from_secs(60);

/// An access key with the source that it came from, in words for people.
#[derive(Clone)]
pub(super) struct NamedKeys {
    pub(super) keys: Keys,
    pub(super) source: String,
}

impl NamedKeys {
    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        let soon = now.saturating_add(EARLY).unwrap_or(Timestamp::MAX);
        self.keys.expires.is_none_or(|end| end > soon)
    }
}

/// The access keys that were fetched, by region, so that each source is asked once.
#[derive(Default)]
pub(super) struct KeyRing {
    keys: Mutex<HashMap<String, NamedKeys>>,
}

impl KeyRing {
    pub(super) async fn lock(&self) -> MutexGuard<'_, HashMap<String, NamedKeys>> {
        self.keys.lock().await
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyRing(…)")
    }
}
