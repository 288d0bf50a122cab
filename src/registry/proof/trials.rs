use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::registry::auth::Credential;
use crate::registry::trouble::Trouble;

/// After so many refusals at one place a credential is not sent there again.
///
/// One refusal may be about one repository; a few more in a row lock accounts.
const MOST_REFUSALS: u8 = 3;

/// A place, and the number of a credential.
type Key = (String, usize);

/// How credentials fared in a run: a wrong password is tried a few times, and not once a repository.
#[derive(Default)]
pub(in crate::registry) struct Trials {
    credentials: StdMutex<Vec<Credential>>,
    trials: StdMutex<HashMap<Key, Arc<Mutex<Trial>>>>,
}

#[derive(Default)]
struct Trial {
    /// Whether several may show it at once: it was accepted, or something else went wrong, which is no reason
    /// to stand in a queue.
    is_open: bool,
    refusals: u8,
    last: Option<Trouble>,
}

/// A credential that is about to be shown.
///
/// Until one was not refused no other is under way to the same place. Dropped without a refusal, it lets the
/// others go.
pub(in crate::registry) struct Attempt(Option<OwnedMutexGuard<Trial>>);

impl Trials {
    /// Returns a number that tells a credential from all others of the run.
    pub(in crate::registry) fn number(&self, credential: &Credential) -> usize {
        let credentials = self.credentials.lock();
        let mut credentials = credentials.unwrap_or_else(PoisonError::into_inner);
        let known = credentials.iter().position(|known| known == credential);
        known.unwrap_or_else(|| {
            credentials.push(credential.clone());
            credentials.len() - 1
        })
    }

    /// Begins to show a credential at a place, a token realm or a registry; the error is the refusal that
    /// was one too many.
    pub(in crate::registry) async fn begin(
        &self,
        place: &str,
        credential: &Credential,
    ) -> Result<Attempt, Trouble> {
        let key = (place.to_string(), self.number(credential));
        let trial = {
            let mut trials = self.trials.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(trials.entry(key).or_default())
        };
        let trial = trial.lock_owned().await;
        if trial.is_open {
            return Ok(Attempt(None));
        }
        match &trial.last {
            Some(last) if trial.refusals >= MOST_REFUSALS => Err(last.clone()),
            _ => Ok(Attempt(Some(trial))),
        }
    }
}

impl Attempt {
    /// Notes that it was refused.
    pub(in crate::registry) fn refused(mut self, trouble: &Trouble) {
        if let Some(mut trial) = self.0.take() {
            trial.refusals += 1;
            trial.last = Some(trouble.clone());
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(trial) = &mut self.0 {
            trial.is_open = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Secret;
    use crate::registry::error::ErrorKind;

    fn credential(password: &str) -> Credential {
        Credential::basic("bot", Secret::new(password), "a file")
    }

    fn refusal() -> Trouble {
        ErrorKind::Denied { source: None }.into()
    }

    #[tokio::test]
    async fn a_wrong_credential_is_shown_a_few_times_and_others_are_not_held_back() {
        let trials = Trials::default();
        let (wrong, right) = (credential("wrong"), credential("right"));
        for _ in 0..MOST_REFUSALS {
            let attempt = trials.begin("r.io", &wrong).await.unwrap();
            attempt.refused(&refusal());
        }
        assert!(trials.begin("r.io", &wrong).await.is_err());
        for (place, credential) in [("other.io", &wrong), ("r.io", &right)] {
            assert!(trials.begin(place, credential).await.is_ok());
        }
        assert_eq!(trials.number(&credential("right")), trials.number(&right));
    }

    #[tokio::test]
    async fn one_that_was_not_refused_may_be_refused_for_single_repositories() {
        let trials = Trials::default();
        let right = credential("right");
        // It was accepted, or no answer came: the others do not wait for one more.
        drop(trials.begin("r.io", &right).await);
        for _ in 0..=MOST_REFUSALS {
            let attempt = trials.begin("r.io", &right).await.unwrap();
            attempt.refused(&refusal());
        }
        // Several at once.
        let one = trials.begin("r.io", &right).await;
        let other = trials.begin("r.io", &right).await;
        assert!(one.is_ok() && other.is_ok());
    }
}
