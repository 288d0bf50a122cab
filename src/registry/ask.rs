use std::collections::VecDeque;
use std::sync::Arc;

use http::StatusCode;

use super::auth::Credential;
use super::client::Shared;
use super::error::ErrorKind;
use super::host::Host;
use super::lists::tags::pull_scope;
use super::mirror::opinion;
use super::proof::authority::{Authority, Demand, Proof};
use super::proof::challenge::Challenge;
use super::proof::expired::Expired;
use super::proof::prover::Prover;
use super::proof::token::Token;
use super::refusal::{Missing, refusal};
use super::transport::call::{Answer, Call, Proven};
use super::transport::endpoint::host_of;
use super::transport::proving::Proving;
use super::trouble::{ServerWords, Trouble};
use crate::observe::{Event, RequestKind};

/// A registry is answered so many times at most, and once more for each credential, before its refusal
/// is final.
const MOST_ROUNDS: usize = 6;

impl Shared {
    /// Sends a request for something in a repository.
    pub(super) async fn ask(&self, host: &Host, path: &str, call: Call) -> Result<Answer, Trouble> {
        Box::pin(self.ask_for(host, path, pull_scope(path), call)).await
    }

    /// Sends a request to a registry, with whatever proof it wants to see: a token of this scope, or of
    /// the one that the registry asks for in its place. `path` is what credentials are looked up for.
    ///
    /// An answer is neither 401 nor 403. Those are [`ErrorKind::Denied`], after one refreshed token,
    /// each credential that there is, and one attempt without any.
    pub(super) async fn ask_for(
        &self,
        host: &Host,
        path: &str,
        mut scope: String,
        call: Call,
    ) -> Result<Answer, Trouble> {
        let mut challenge = match host.learned() {
            Some(learned) => learned.challenge,
            None => match self.first_contact(host, path, &call).await? {
                First::Answered(answer) => return Ok(*answer),
                First::Challenged(challenge) => challenge,
            },
        };
        let mut candidates = VecDeque::new();
        let mut credential: Option<Credential> = None;
        let mut looked_up = host.is_anonymous(path);
        let mut stale: Option<Arc<Token>> = None;
        let mut refreshed = false;
        let mut denial: Option<Trouble> = None;
        let mut rounds = MOST_ROUNDS;
        while rounds > 0 {
            rounds -= 1;
            if challenge.is_some() && !looked_up {
                looked_up = true;
                let found = self.authority.credentials(&self.exchange, host, path).await;
                candidates = VecDeque::from(found.map_err(ErrorKind::Credentials)?);
                rounds += candidates.len();
                credential = candidates.pop_front();
            }
            let demand = Demand {
                registry: &host.base,
                name: &host.name,
                realms: &host.token_realms,
                challenge: challenge.as_ref(),
                scope: &scope,
                may_share: !host.is_mirror && scope == pull_scope(path),
                credential: credential.as_ref(),
                stale: stale.as_ref(),
            };
            let (mut proof, outcome) = self.prove_and_follow(host, &call, &demand).await;
            let trouble = match outcome {
                Ok(mut answer) if !is_denied(&answer) => {
                    if let Some(share) = proof.share.take() {
                        share.accepted();
                    }
                    match denial {
                        // A 404 without credentials says nothing of what they would have shown.
                        Some(denial) if answer.status == StatusCode::NOT_FOUND => {
                            return Err(denial);
                        }
                        Some(_) if answer.status.is_success() => host.go_anonymous(path),
                        _ => {}
                    }
                    answer.proven = Some(Box::new(Proven {
                        credential: credential.map(|credential| credential.source().into()),
                        token: proof.token,
                    }));
                    return Ok(answer);
                }
                Ok(answer) => {
                    let from_registry = answer.url.origin() == call.url.origin();
                    let unauthorized = answer.status == StatusCode::UNAUTHORIZED;
                    let share = proof.share.take().filter(|_| from_registry);
                    // A token that is no longer good is a matter of all; else it may be good for others alone.
                    if let Some(share) = share.filter(|_| refreshed || !is_of_token(&answer)) {
                        share.refused();
                        rounds += 1;
                        continue;
                    }
                    // A registry that was open so far may forbid what it would show to someone it knows.
                    if from_registry && (unauthorized || challenge.is_none()) {
                        let new = self.challenge_of(host, &answer).await?;
                        let next = next_step(challenge.as_ref(), new.as_ref(), &scope);
                        let again = match (next, &proof.token) {
                            (Step::Prove, _) => true,
                            (Step::Widen(wanted), Some(_)) if !refreshed => {
                                (refreshed, scope, stale) = (true, wanted, None);
                                true
                            }
                            (Step::Refresh, Some(token)) if !refreshed => {
                                (refreshed, stale) = (true, Some(Arc::clone(token)));
                                true
                            }
                            _ => false,
                        };
                        if again {
                            host.learn(new.clone());
                            challenge = new;
                            continue;
                        }
                    }
                    denied(host, &answer, credential.as_ref())
                }
                Err(trouble) if may_be_tried_otherwise(&trouble) => trouble,
                Err(trouble) => return Err(denial.unwrap_or(trouble)),
            };
            // The first refusal is the one that names the credential.
            let first = denial.get_or_insert(trouble);
            let Some(refused) = credential.take() else {
                return Err(first.clone());
            };
            credential = candidates.pop_front();
            self.tell(host, first, &refused, credential.as_ref());
            (refreshed, stale) = (false, None);
        }
        Err(denial.unwrap_or_else(|| ErrorKind::Denied { source: None }.into()))
    }

    /// Tells that a credential is of no use here, and what is tried instead.
    fn tell(&self, host: &Host, why: &Trouble, refused: &Credential, next: Option<&Credential>) {
        let (host, source) = (host.name.clone(), refused.source().to_string());
        self.exchange.observer.on_event(&match (&why.kind, next) {
            (_, Some(next)) => Event::NextCredential {
                host,
                source,
                next: next.source().into(),
            },
            (ErrorKind::ForeignRealm { realm, .. }, None) => Event::ForeignRealm {
                host,
                source,
                realm: realm.clone(),
            },
            (_, None) => Event::Anonymous { host, source },
        });
    }

    async fn prove_and_follow(
        &self,
        host: &Host,
        call: &Call,
        demand: &Demand<'_>,
    ) -> (Proof, Result<Answer, Trouble>) {
        let named = |trouble: Trouble| match demand.credential {
            Some(credential) => trouble.with_credential(credential.source()),
            None => trouble,
        };
        let Some(proof) = Authority::prove_directly(demand) else {
            let (proof, outcome) = self.follow_with_token(call, demand).await;
            return (proof, outcome.map_err(named));
        };
        let mut call = call.clone();
        if let Err(trouble) = call.authorize(proof.header.as_ref()) {
            return (Proof::bare(None), Err(named(trouble)));
        }
        let outcome = match demand.credential {
            // It is shown to the registry itself, without a token in between.
            Some(credential) if proof.header.is_some() => {
                self.try_to_follow(host, &call, credential).await
            }
            _ => self.follow_abroad(&call, None).await,
        };
        (proof, outcome.map_err(named))
    }

    /// Sends a request with a token, which is fetched when the request leaves the line before its host.
    async fn follow_with_token(
        &self,
        call: &Call,
        demand: &Demand<'_>,
    ) -> (Proof, Result<Answer, Trouble>) {
        // Nobody stands in line to be told that there is no token to be had.
        if let Err(trouble) = Authority::realm(demand) {
            return (Proof::bare(None), Err(trouble));
        }
        let prover = Prover::new(&self.authority, &self.exchange, demand);
        let outcome = self.follow_abroad(call, Some(&prover)).await;
        (prover.into_proof(), outcome)
    }

    /// Sends a request that shows a credential, unless it was sent to the registry too often in vain.
    pub(super) async fn try_to_follow(
        &self,
        host: &Host,
        call: &Call,
        credential: &Credential,
    ) -> Result<Answer, Trouble> {
        let place = host.base.origin().ascii_serialization();
        let trial = self.authority.trials.of(place, credential, is_let_in);
        let call = Call {
            trial: Some(trial),
            ..call.clone()
        };
        self.follow_abroad(&call, None).await
    }

    /// Sends the first request to a registry, without proof, while others wait for what it learns.
    async fn first_contact(&self, host: &Host, path: &str, call: &Call) -> Result<First, Trouble> {
        let guard = host.first_contact.lock().await;
        // Whoever was first has found out meanwhile that it is of no use.
        if host.is_mirror && !host.is_worth_asking(path) {
            let reason = "it failed a moment ago".into();
            return Err(ErrorKind::Unreachable { reason }.into());
        }
        if let Some(learned) = host.learned() {
            return Ok(First::Challenged(learned.challenge));
        }
        let outcome = self.follow_abroad(call, None).await;
        if let (true, Err(trouble)) = (host.is_mirror, &outcome) {
            host.note(path, opinion(&trouble.kind));
        }
        let from_registry = |answer: &Answer| answer.url.origin() == call.url.origin();
        let challenge = match &outcome {
            Ok(answer) if is_denied(answer) && from_registry(answer) => {
                self.challenge_of(host, answer).await?
            }
            _ => None,
        };
        host.learn(challenge.clone());
        drop(guard);
        let answer = outcome?;
        if challenge.is_some() {
            return Ok(First::Challenged(challenge));
        }
        if is_denied(&answer) {
            return Err(denied(host, &answer, None));
        }
        Ok(First::Answered(Box::new(answer)))
    }

    /// Reads the challenge of a refusal, or that of `/v2/` if it has none.
    async fn challenge_of(
        &self,
        host: &Host,
        answer: &Answer,
    ) -> Result<Option<Challenge>, Trouble> {
        if let Some(challenge) = answer.challenge() {
            return Ok(Some(challenge));
        }
        let ping = async {
            let call = Call::get(
                RequestKind::Ping,
                host.api(""),
                &host.name,
                self.limits.answer_bytes,
            );
            let answer = self.exchange.follow(&call).await?;
            // Another host's challenge is not the registry's.
            let from_registry = answer.url.origin() == call.url.origin();
            Ok(answer.challenge().filter(|_| from_registry))
        };
        host.pinged.get_or_try_init(|| ping).await.cloned()
    }

    /// Sends a request; a host it is redirected to may want a token of its own, which is anonymous.
    async fn follow_abroad(
        &self,
        call: &Call,
        proving: Option<&dyn Proving>,
    ) -> Result<Answer, Trouble> {
        let answer = self.exchange.follow_proving(call, proving).await?;
        let abroad = answer.url.origin() != call.url.origin();
        let Some(challenge) = answer.challenge().filter(|challenge| {
            abroad && answer.status == StatusCode::UNAUTHORIZED && challenge.scheme == "bearer"
        }) else {
            return Ok(answer);
        };
        let demand = Demand {
            registry: &answer.url,
            name: "",
            realms: &[],
            challenge: Some(&challenge),
            scope: challenge.param("scope").unwrap_or_default(),
            may_share: false,
            credential: None,
            stale: None,
        };
        Authority::realm(&demand)?;
        let prover = Prover::new(&self.authority, &self.exchange, &demand);
        let mut again = call.clone();
        again.label = host_of(&answer.url);
        again.is_led = true;
        again.reach = answer.reach;
        again.url = answer.url.clone();
        (again.authorization, again.trial) = (None, None);
        let mut answer = self.exchange.follow_proving(&again, Some(&prover)).await?;
        if answer.url.origin() == call.url.origin() {
            // It came back: that is still not the registry's own answer to its own proof.
            answer.url = again.url;
        }
        Ok(answer)
    }
}

enum First {
    Answered(Box<Answer>),
    Challenged(Option<Challenge>),
}

fn is_denied(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    )
}

/// Returns `true` if a registry accepts the credential that it was shown: what is not there is not there for anybody,
/// but for servers that say so of a wrong password.
fn is_let_in(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        200..300 => !answer.is_html(),
        304 => true,
        404 | 405 | 406 | 410 | 416 => !ServerWords::read(&answer.body).blames_credentials(),
        _ => false,
    }
}

/// Returns `true` if a refusal is about the token itself, and not what it is for.
fn is_of_token(answer: &Answer) -> bool {
    let challenge = answer.challenge();
    challenge.is_some_and(|challenge| challenge.param("error") == Some("invalid_token"))
}

/// Returns `true` if another credential, or none at all, may do better.
fn may_be_tried_otherwise(trouble: &Trouble) -> bool {
    matches!(
        trouble.kind,
        ErrorKind::Denied { .. } | ErrorKind::ForeignRealm { .. }
    )
}

/// What a refusal calls for.
enum Step {
    /// A proof, where none was wanted before.
    Prove,
    /// A token of another scope.
    Widen(String),
    /// A new token of the same scope.
    Refresh,
    /// Nothing that would help.
    Stop,
}

fn next_step(old: Option<&Challenge>, new: Option<&Challenge>, scope: &str) -> Step {
    let Some(new) = new else {
        return Step::Stop;
    };
    if old.is_none() {
        return Step::Prove;
    }
    if new.param("error") != Some("insufficient_scope") {
        return Step::Refresh;
    }
    match new.param("scope") {
        Some(wanted) if wanted != scope => Step::Widen(wanted.into()),
        Some(_) => Step::Stop,
        None => Step::Refresh,
    }
}

fn denied(host: &Host, answer: &Answer, credential: Option<&Credential>) -> Trouble {
    let mut trouble = refusal(answer, Missing::Repository);
    trouble.expired = Expired::of(answer, credential);
    trouble.kind = ErrorKind::Denied {
        source: credential.map(|credential| credential.source().into()),
    };
    if answer.url.origin() != host.base.origin() {
        trouble = trouble.at(&host_of(&answer.url));
    }
    trouble
}
