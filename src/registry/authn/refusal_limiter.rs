use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::registry::auth::Credential;
use crate::registry::error::ErrorKind;
use crate::registry::request_error::RequestError;
use crate::registry::transport::request::HttpResponse;

/// A credential that was never accepted at a place is sent there so often, and no more.
///
/// One refusal may be about one repository; a few more in a row lock accounts. What a server says while it
/// does not accept is no excuse: some answer a wrong password with 400, 403, 404, 429 or 500, or with a redirect.
const MOST_SENDINGS: u32 = 3;

/// A place, and the number of a credential.
type RecordKey = (String, usize);

type SendOutcome = Result<HttpResponse, RequestError>;

/// How credentials fared in a run: a wrong password is sent a few times, and not once a repository.
#[derive(Default)]
pub(in crate::registry) struct RefusalLimiter {
    credentials: StdMutex<Vec<Credential>>,
    records: StdMutex<HashMap<RecordKey, Arc<Mutex<CredentialRecord>>>>,
}

/// How one credential fared at one place.
#[derive(Default)]
struct CredentialRecord {
    was_accepted: bool,
    sendings: u32,
    last: Option<SendOutcome>,
}

/// A credential in a request, at the place that the request goes to.
#[derive(Clone)]
pub(in crate::registry) struct CredentialUse {
    record: Arc<Mutex<CredentialRecord>>,
    accepts: fn(&HttpResponse) -> bool,
}

/// Whether a request with a credential may be sent.
pub(in crate::registry) enum SendTurn {
    /// The credential was accepted before.
    Free,
    /// Nobody else sends it before this request has been answered.
    Alone(Sending),
    /// It was sent too often. This is what came of it last.
    Over(Box<SendOutcome>),
}

/// A credential on its way, not accepted so far.
pub(in crate::registry) struct Sending {
    record: OwnedMutexGuard<CredentialRecord>,
    accepts: fn(&HttpResponse) -> bool,
}

impl RefusalLimiter {
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

    /// Returns what is known of a credential at a place, a token realm or a registry; `accepts` says which
    /// answers accept it.
    pub(in crate::registry) fn of(
        &self,
        place: String,
        credential: &Credential,
        accepts: fn(&HttpResponse) -> bool,
    ) -> CredentialUse {
        let key = (place, self.number(credential));
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = Arc::clone(records.entry(key).or_default());
        CredentialUse { record, accepts }
    }
}

impl CredentialUse {
    /// Waits until the credential may be sent: one request at a time, until one is accepted.
    pub(in crate::registry) async fn turn(&self) -> SendTurn {
        let mut record = Arc::clone(&self.record).lock_owned().await;
        if record.was_accepted {
            return SendTurn::Free;
        }
        if record.sendings >= MOST_SENDINGS {
            let refused = || Err(ErrorKind::Denied { source: None }.into());
            let last = record.last.clone().unwrap_or_else(refused);
            return SendTurn::Over(Box::new(last));
        }
        // Counted before the answer is there, which a cancelled request does not wait for.
        record.sendings += 1;
        let accepts = self.accepts;
        SendTurn::Alone(Sending { record, accepts })
    }

    /// Notes what a redirect led to in the end.
    pub(in crate::registry) async fn led_to(&self, response: &HttpResponse) {
        if (self.accepts)(response) {
            self.record.lock().await.was_accepted = true;
        }
    }
}

impl Sending {
    /// Returns how often the credential was sent without being accepted, this time included.
    pub(in crate::registry) fn count(&self) -> u32 {
        self.record.sendings
    }

    /// Notes that it was not sent after all.
    pub(in crate::registry) fn unsent(mut self) {
        self.record.sendings -= 1;
    }

    /// Notes what came of it; says whether that was the last time.
    pub(in crate::registry) fn over(mut self, outcome: &SendOutcome) -> bool {
        if outcome.as_ref().is_ok_and(self.accepts) {
            self.record.was_accepted = true;
            return false;
        }
        self.record.last = Some(outcome.clone());
        self.record.sendings >= MOST_SENDINGS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Secret;

    fn credential(password: &str) -> Credential {
        Credential::basic("bot", Secret::new(password), "a file")
    }

    fn credential_use(
        refusal_limiter: &RefusalLimiter,
        place: &str,
        password: &str,
    ) -> CredentialUse {
        let accepts = |response: &HttpResponse| response.status.is_success();
        refusal_limiter.of(place.into(), &credential(password), accepts)
    }

    async fn fails(credential_use: &CredentialUse) -> bool {
        match credential_use.turn().await {
            SendTurn::Alone(sending) => sending.over(&Err(ErrorKind::Timeout.into())),
            SendTurn::Free | SendTurn::Over(_) => panic!("not on trial"),
        }
    }

    #[tokio::test]
    async fn a_credential_that_is_not_accepted_is_sent_three_times() {
        let refusal_limiter = RefusalLimiter::default();
        let wrong = credential_use(&refusal_limiter, "r.io", "wrong");
        assert!(!fails(&wrong).await && !fails(&wrong).await);
        assert!(fails(&wrong).await, "there is no fourth time");
        let SendTurn::Over(last) = wrong.turn().await else {
            panic!("it is sent again")
        };
        assert_eq!(last.err().map(|error| error.kind), Some(ErrorKind::Timeout));
        for (place, password) in [("other.io", "wrong"), ("r.io", "right")] {
            let turn = credential_use(&refusal_limiter, place, password)
                .turn()
                .await;
            assert!(matches!(turn, SendTurn::Alone(_)), "{place} {password}");
        }
    }

    #[tokio::test]
    async fn a_request_that_is_cancelled_has_sent_it() {
        let refusal_limiter = RefusalLimiter::default();
        let credential_use = credential_use(&refusal_limiter, "r.io", "wrong");
        for _ in 0..MOST_SENDINGS {
            drop(credential_use.turn().await);
        }
        assert!(matches!(credential_use.turn().await, SendTurn::Over(_)));
    }

    #[tokio::test]
    async fn after_it_was_accepted_nobody_waits() {
        let refusal_limiter = RefusalLimiter::default();
        let credential_use = credential_use(&refusal_limiter, "r.io", "right");
        assert!(!fails(&credential_use).await);
        let SendTurn::Alone(sending) = credential_use.turn().await else {
            panic!("not on trial")
        };
        let response = HttpResponse::sample(http::StatusCode::OK);
        assert!(!sending.over(&Ok(response)));
        assert!(matches!(credential_use.turn().await, SendTurn::Free));
    }
}
