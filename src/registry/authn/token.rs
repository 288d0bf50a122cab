use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::registry::auth::Secret;
use crate::registry::request_error::RequestError;

/// What a token server may not go below (Docker's token specification).
const SHORTEST_LIFE: Duration = Duration::from_secs(60);
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// A Bearer token and how long it is good for.
pub(in crate::registry) struct Token {
    pub(in crate::registry) text: Secret,
    /// By this machine's own clock, a little early.
    expires: Instant,
    /// How long it is good for, as the token server says, if it does.
    pub(in crate::registry) told_life: Option<Duration>,
    /// The members of the answer that hold it: `token`, `access_token` or both.
    pub(in crate::registry) members: &'static [&'static str],
}

/// What a token is for. Different credentials never share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::registry) struct TokenKey {
    /// The registry that asked for it, which alone gets it.
    pub(in crate::registry) registry: String,
    pub(in crate::registry) realm: String,
    pub(in crate::registry) service: Option<String>,
    pub(in crate::registry) scope: String,
    /// Which credential it is given for, if any.
    pub(in crate::registry) credential: Option<usize>,
}

#[derive(Deserialize)]
struct TokenBody {
    token: Option<Secret>,
    access_token: Option<Secret>,
    expires_in: Option<Value>,
}

impl Token {
    /// Returns `true` if it is good, and will be for a moment longer.
    pub(in crate::registry) fn is_fresh(&self) -> bool {
        self.expires > Instant::now()
    }

    /// Reads a token server's answer.
    pub(in crate::registry) fn read(body: &[u8], now: Instant) -> Result<Self, RequestError> {
        let other = || RequestError::invalid("the token realm's answer is not a token");
        // A list would be read as the members in their order.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(other());
        }
        // The parser's message may quote the body, so it is not passed on.
        let body: TokenBody = serde_json::from_slice(body).map_err(|_| other())?;
        let there = |text: &Option<Secret>| text.as_ref().is_some_and(|text| !text.is_empty());
        let members: &[_] = match (there(&body.token), there(&body.access_token)) {
            (true, true) => &["token", "access_token"],
            (true, false) => &["token"],
            (false, _) => &["access_token"],
        };
        let text = [body.token, body.access_token]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .ok_or_else(|| RequestError::invalid("the token realm's answer has no token"))?;
        let seconds = match body.expires_in {
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let life = seconds.map_or(SHORTEST_LIFE, |seconds| {
            // Kept within bounds first, since not every number is a duration.
            let (least, most) = (SHORTEST_LIFE.as_secs_f64(), LONGEST_LIFE.as_secs_f64());
            Duration::from_secs_f64(seconds.max(least).min(most))
        });
        let early = (life / 10).max(Duration::from_secs(5));
        Ok(Self {
            text,
            expires: now + life - early,
            told_life: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            members,
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

type TokenSlot = Arc<Mutex<Option<Result<Arc<Token>, RequestError>>>>;

/// The tokens of a run: each is fetched by one task while the others wait for it.
#[derive(Default)]
pub(in crate::registry) struct Tokens {
    slots: StdMutex<HashMap<TokenKey, TokenSlot>>,
}

impl Tokens {
    /// Returns the token for a key, fetching it if there is none that is good.
    ///
    /// `stale` is a token that a registry refused: whoever comes first replaces it. A failure is kept.
    pub(in crate::registry) async fn get(
        &self,
        key: TokenKey,
        stale: Option<&Arc<Token>>,
        fetch: impl Future<Output = Result<Token, RequestError>>,
    ) -> Result<Arc<Token>, RequestError> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(key).or_default())
        };
        let mut slot = slot.lock().await;
        match &*slot {
            Some(Ok(token)) => {
                let refused = stale.is_some_and(|stale| Arc::ptr_eq(stale, token));
                if !refused && token.is_fresh() {
                    return Ok(Arc::clone(token));
                }
            }
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
        let outcome = fetch.await.map(Arc::new);
        *slot = Some(outcome.clone());
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn life(body: &str) -> Option<u64> {
        let now = Instant::now();
        let token = Token::read(body.as_bytes(), now).ok()?;
        Some((token.expires - now).as_secs())
    }

    #[test]
    fn reads_tokens_of_all_kinds() {
        assert_eq!(life(r#"{"token":"t"}"#), Some(54));
        assert_eq!(life(r#"{"token":"t","expires_in":5}"#), Some(54));
        assert_eq!(life(r#"{"access_token":"t","expires_in":300}"#), Some(270));
        assert_eq!(
            life(r#"{"token":"","access_token":"t","expires_in":"300"}"#),
            Some(270)
        );
        assert_eq!(life(r#"{"token":"t","expires_in":-1}"#), Some(54));
        assert_eq!(life(r#"{"token":"t","expires_in":1e300}"#), Some(77_760));
        assert_eq!(life(r#"{"token":""}"#), None);
        assert_eq!(life("<html>"), None);
        assert_eq!(life(r#"["t"]"#), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_fetched_once_until_it_expires_or_is_refused() {
        let tokens = Tokens::default();
        let fetched = AtomicUsize::new(0);
        let fetch = || async {
            tokio::task::yield_now().await;
            fetched.fetch_add(1, Ordering::SeqCst);
            Token::read(br#"{"token":"t"}"#, Instant::now())
        };
        let key = || TokenKey {
            registry: "https://r.io".into(),
            realm: "r".into(),
            service: None,
            scope: "s".into(),
            credential: None,
        };
        let get = |stale: Option<Arc<Token>>| {
            let (tokens, fetch) = (&tokens, fetch());
            async move { tokens.get(key(), stale.as_ref(), fetch).await.unwrap() }
        };
        let (first, second) = tokio::join!(get(None), get(None));
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(fetched.load(Ordering::SeqCst), 1);
        // Two find it refused: one fetches for both.
        let (one, other) = tokio::join!(get(Some(first.clone())), get(Some(first)));
        assert!(Arc::ptr_eq(&one, &other));
        assert_eq!(fetched.load(Ordering::SeqCst), 2);
        tokio::time::advance(Duration::from_secs(55)).await;
        get(None).await;
        assert_eq!(fetched.load(Ordering::SeqCst), 3);
    }
}
