use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::environment::CloudEnvironment;
use crate::registry::auth::{Credential, CredentialError};

/// So long before its end a credential is fetched anew.
const EARLY: SignedDuration = SignedDuration::from_secs(60);

type FreshOutcome = Result<Credential, CredentialError>;
type FreshSlot = Arc<tokio::sync::Mutex<Option<FreshOutcome>>>;

/// Credentials that are fetched once, by one task while the others wait, until they end.
///
/// A failure is kept: what is refused once is not asked for again an image.
pub(super) struct Fresh<K> {
    slots: Mutex<HashMap<K, FreshSlot>>,
}

impl<K: Eq + Hash> Fresh<K> {
    pub(super) async fn get(
        &self,
        key: K,
        environment: &CloudEnvironment,
        fetch: impl Future<Output = FreshOutcome>,
    ) -> FreshOutcome {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(key).or_default())
        };
        let mut slot = slot.lock().await;
        match &*slot {
            Some(Ok(credential)) if is_old(credential, environment.now()) => {}
            Some(outcome) => return outcome.clone(),
            None => {}
        }
        let outcome = fetch.await;
        *slot = Some(outcome.clone());
        outcome
    }
}

fn is_old(credential: &Credential, now: Timestamp) -> bool {
    let soon = now.saturating_add(EARLY).unwrap_or(Timestamp::MAX);
    credential.expires().is_some_and(|end| end <= soon)
}

impl<K> Default for Fresh<K> {
    fn default() -> Self {
        Self {
            slots: Mutex::default(),
        }
    }
}

impl<K> fmt::Debug for Fresh<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fresh(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::auth::Secret;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_credential_is_fetched_once_until_it_ends() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let environment = CloudEnvironment::new([], now);
        let fresh = Fresh::default();
        let fetched = AtomicUsize::new(0);
        let get = |key: &'static str| {
            let end = environment.now() + SignedDuration::from_secs(600);
            let fetched = &fetched;
            let fetch = async move {
                tokio::task::yield_now().await;
                fetched.fetch_add(1, Ordering::SeqCst);
                let credential = Credential::basic("AWS", Secret::new("p"), "a test");
                Ok(credential.expiring(Some(end)))
            };
            fresh.get(key, &environment, fetch)
        };
        let (one, other) = tokio::join!(get("a"), get("a"));
        assert_eq!(one, other);
        assert_eq!(fetched.load(Ordering::SeqCst), 1);
        get("b").await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), 2);
        tokio::time::advance(Duration::from_secs(530)).await;
        get("a").await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), 2);
        tokio::time::advance(Duration::from_secs(15)).await;
        get("a").await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), 3);
    }
}
