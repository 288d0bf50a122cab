use std::collections::VecDeque;
use std::sync::Arc;

use http::StatusCode;

use super::auth::Credential;
use super::auth_step::{
    AuthStep, denied, is_denied, is_let_in, is_of_token, may_be_tried_otherwise, next_step,
};
use super::authn::authenticator::{AuthRequest, Authenticator, AuthorizationHeader};
use super::authn::challenge::Challenge;
use super::authn::token::Token;
use super::authn::token_authorizer::TokenAuthorizer;
use super::client::ClientInner;
use super::error::ErrorKind;
use super::host::Host;
use super::lists::tags::pull_scope;
use super::mirror::health;
use super::request_error::RequestError;
use super::transport::authorizer::Authorizer;
use super::transport::endpoint::host_of;
use super::transport::request::{Authenticated, HttpRequest, HttpResponse};
use crate::observe::{Event, RequestKind};

/// A registry is answered so many times at most, and once more for each credential, before its refusal
/// is final.
const MOST_ROUNDS: usize = 6;

impl ClientInner {
    /// Sends a request for something in a repository.
    pub(super) async fn send_authorized(
        &self,
        host: &Host,
        path: &str,
        request: HttpRequest,
    ) -> Result<HttpResponse, RequestError> {
        Box::pin(self.send_authorized_for(host, path, pull_scope(path), request)).await
    }

    /// Sends a request to a registry, with whatever authorization it requires: a token of this scope, or of
    /// the one that the registry asks for in its place. `path` is what credentials are looked up for.
    ///
    /// An answer is neither 401 nor 403. Those are [`ErrorKind::Denied`], after one refreshed token,
    /// each credential that there is, and one attempt without any.
    pub(super) async fn send_authorized_for(
        &self,
        host: &Host,
        path: &str,
        mut scope: String,
        request: HttpRequest,
    ) -> Result<HttpResponse, RequestError> {
        let mut challenge = match host.learned() {
            Some(learned) => learned.challenge,
            None => match self.probe_authentication(host, path, &request).await? {
                FirstContact::Answered(response) => return Ok(*response),
                FirstContact::Challenged(challenge) => challenge,
            },
        };
        let mut candidates = VecDeque::new();
        let mut credential: Option<Credential> = None;
        let mut looked_up = host.is_anonymous(path);
        let mut stale: Option<Arc<Token>> = None;
        let mut refreshed = false;
        let mut denial: Option<RequestError> = None;
        let mut rounds = MOST_ROUNDS;
        while rounds > 0 {
            rounds -= 1;
            if challenge.is_some() && !looked_up {
                looked_up = true;
                let found = self
                    .authenticator
                    .credentials(&self.exchange, host, path)
                    .await;
                candidates = VecDeque::from(found.map_err(ErrorKind::Credentials)?);
                rounds += candidates.len();
                credential = candidates.pop_front();
            }
            let auth_request = AuthRequest {
                registry: &host.base,
                name: &host.name,
                realms: &host.token_realms,
                challenge: challenge.as_ref(),
                scope: &scope,
                may_share: !host.is_mirror && scope == pull_scope(path),
                credential: credential.as_ref(),
                stale: stale.as_ref(),
            };
            let (mut authorization, outcome) =
                self.authorize_and_send(host, &request, &auth_request).await;
            let error = match outcome {
                Ok(mut response) if !is_denied(&response) => {
                    if let Some(scope_batch) = authorization.scope_batch.take() {
                        scope_batch.accepted();
                    }
                    match denial {
                        // A 404 without credentials says nothing of what they would have shown.
                        Some(denial) if response.status == StatusCode::NOT_FOUND => {
                            return Err(denial);
                        }
                        Some(_) if response.status.is_success() => host.go_anonymous(path),
                        _ => {}
                    }
                    response.authenticated = Some(Box::new(Authenticated {
                        credential: credential.map(|credential| credential.source().into()),
                        token: authorization.token,
                    }));
                    return Ok(response);
                }
                Ok(response) => {
                    let from_registry = response.url.origin() == request.url.origin();
                    let unauthorized = response.status == StatusCode::UNAUTHORIZED;
                    let scope_batch = authorization.scope_batch.take().filter(|_| from_registry);
                    // A token that is no longer good is a matter of all; else it may be good for others alone.
                    if let Some(scope_batch) =
                        scope_batch.filter(|_| refreshed || !is_of_token(&response))
                    {
                        scope_batch.refused();
                        rounds += 1;
                        continue;
                    }
                    // A registry that was open so far may forbid what it would show to someone it knows.
                    if from_registry && (unauthorized || challenge.is_none()) {
                        let new = self.fetch_challenge(host, &response).await?;
                        let next = next_step(challenge.as_ref(), new.as_ref(), &scope);
                        let again = match (next, &authorization.token) {
                            (AuthStep::Prove, _) => true,
                            (AuthStep::Widen(wanted), Some(_)) if !refreshed => {
                                (refreshed, scope, stale) = (true, wanted, None);
                                true
                            }
                            (AuthStep::Refresh, Some(token)) if !refreshed => {
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
                    denied(host, &response, credential.as_ref())
                }
                Err(error) if may_be_tried_otherwise(&error) => error,
                Err(error) => return Err(denial.unwrap_or(error)),
            };
            // The first refusal is the one that names the credential.
            let first = denial.get_or_insert(error);
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
    fn tell(
        &self,
        host: &Host,
        why: &RequestError,
        refused: &Credential,
        next: Option<&Credential>,
    ) {
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

    async fn authorize_and_send(
        &self,
        host: &Host,
        request: &HttpRequest,
        auth_request: &AuthRequest<'_>,
    ) -> (AuthorizationHeader, Result<HttpResponse, RequestError>) {
        let named = |error: RequestError| match auth_request.credential {
            Some(credential) => error.with_credential(credential.source()),
            None => error,
        };
        let Some(authorization) = Authenticator::authorize_directly(auth_request) else {
            let (authorization, outcome) = self.send_with_token(request, auth_request).await;
            return (authorization, outcome.map_err(named));
        };
        let mut request = request.clone();
        if let Err(error) = request.authorize(authorization.header.as_ref()) {
            return (AuthorizationHeader::bare(None), Err(named(error)));
        }
        let outcome = match auth_request.credential {
            // It is shown to the registry itself, without a token in between.
            Some(credential) if authorization.header.is_some() => {
                self.try_to_send(host, &request, credential).await
            }
            _ => self.send_cross_origin(&request, None).await,
        };
        (authorization, outcome.map_err(named))
    }

    /// Sends a request with a token, which is fetched when the request leaves the line before its host.
    async fn send_with_token(
        &self,
        request: &HttpRequest,
        auth_request: &AuthRequest<'_>,
    ) -> (AuthorizationHeader, Result<HttpResponse, RequestError>) {
        // Nobody stands in line to be told that there is no token to be had.
        if let Err(error) = Authenticator::realm(auth_request) {
            return (AuthorizationHeader::bare(None), Err(error));
        }
        let prover = TokenAuthorizer::new(&self.authenticator, &self.exchange, auth_request);
        let outcome = self.send_cross_origin(request, Some(&prover)).await;
        (prover.into_authorization(), outcome)
    }

    /// Sends a request that shows a credential, unless it was sent to the registry too often in vain.
    pub(super) async fn try_to_send(
        &self,
        host: &Host,
        request: &HttpRequest,
        credential: &Credential,
    ) -> Result<HttpResponse, RequestError> {
        let place = host.base.origin().ascii_serialization();
        let credential_use = self
            .authenticator
            .refusal_limiter
            .of(place, credential, is_let_in);
        let request = HttpRequest {
            credential_use: Some(credential_use),
            ..request.clone()
        };
        self.send_cross_origin(&request, None).await
    }

    /// Sends the first request to a registry, without authorization, while others wait for what it learns.
    async fn probe_authentication(
        &self,
        host: &Host,
        path: &str,
        request: &HttpRequest,
    ) -> Result<FirstContact, RequestError> {
        let guard = host.probe_authentication.lock().await;
        // Whoever was first has found out meanwhile that it is of no use.
        if host.is_mirror && !host.is_worth_asking(path) {
            let reason = "it failed a moment ago".into();
            return Err(ErrorKind::Unreachable { reason }.into());
        }
        if let Some(learned) = host.learned() {
            return Ok(FirstContact::Challenged(learned.challenge));
        }
        let outcome = self.send_cross_origin(request, None).await;
        if let (true, Err(error)) = (host.is_mirror, &outcome) {
            host.note(path, health(&error.kind));
        }
        let from_registry = |response: &HttpResponse| response.url.origin() == request.url.origin();
        let challenge = match &outcome {
            Ok(response) if is_denied(response) && from_registry(response) => {
                self.fetch_challenge(host, response).await?
            }
            _ => None,
        };
        host.learn(challenge.clone());
        drop(guard);
        let response = outcome?;
        if challenge.is_some() {
            return Ok(FirstContact::Challenged(challenge));
        }
        if is_denied(&response) {
            return Err(denied(host, &response, None));
        }
        Ok(FirstContact::Answered(Box::new(response)))
    }

    /// Reads the challenge of a refusal, or that of `/v2/` if it has none.
    async fn fetch_challenge(
        &self,
        host: &Host,
        response: &HttpResponse,
    ) -> Result<Option<Challenge>, RequestError> {
        if let Some(challenge) = response.challenge() {
            return Ok(Some(challenge));
        }
        let ping = async {
            let request = HttpRequest::get(
                RequestKind::Ping,
                host.api(""),
                &host.name,
                self.limits.answer_bytes,
            );
            let response = self.exchange.send_following_redirects(&request).await?;
            // Another host's challenge is not the registry's.
            let from_registry = response.url.origin() == request.url.origin();
            Ok(response.challenge().filter(|_| from_registry))
        };
        host.pinged.get_or_try_init(|| ping).await.cloned()
    }

    /// Sends a request; a host it is redirected to may want a token of its own, which is anonymous.
    async fn send_cross_origin(
        &self,
        request: &HttpRequest,
        authorizer: Option<&dyn Authorizer>,
    ) -> Result<HttpResponse, RequestError> {
        let response = self.exchange.send_authorizing(request, authorizer).await?;
        let abroad = response.url.origin() != request.url.origin();
        let Some(challenge) = response.challenge().filter(|challenge| {
            abroad && response.status == StatusCode::UNAUTHORIZED && challenge.scheme == "bearer"
        }) else {
            return Ok(response);
        };
        let auth_request = AuthRequest {
            registry: &response.url,
            name: "",
            realms: &[],
            challenge: Some(&challenge),
            scope: challenge.param("scope").unwrap_or_default(),
            may_share: false,
            credential: None,
            stale: None,
        };
        Authenticator::realm(&auth_request)?;
        let prover = TokenAuthorizer::new(&self.authenticator, &self.exchange, &auth_request);
        let mut again = request.clone();
        again.label = host_of(&response.url);
        again.was_redirected = true;
        again.address_policy = response.address_policy;
        again.url = response.url.clone();
        (again.authorization, again.credential_use) = (None, None);
        let mut response = self
            .exchange
            .send_authorizing(&again, Some(&prover))
            .await?;
        if response.url.origin() == request.url.origin() {
            // It came back: that is still not the registry's own answer to its own authorization.
            response.url = again.url;
        }
        Ok(response)
    }
}

enum FirstContact {
    Answered(Box<HttpResponse>),
    Challenged(Option<Challenge>),
}
