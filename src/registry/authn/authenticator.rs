use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::challenge::Challenge;
use super::expired::Expired;
use super::realm;
use super::refusal_limiter::RefusalLimiter;
use super::scope_batcher::{ScopeBatch, ScopeBatcher};
use super::secrets::Secrets;
use super::token::{Token, TokenKey, Tokens};
use crate::observe::RequestKind;
use crate::registry::auth::{Credential, Login, Scopes, Secret};
use crate::registry::error::ErrorKind;
use crate::registry::refusal::refusal_elsewhere;
use crate::registry::request_error::RequestError;
use crate::registry::transport::addresses::AddressPolicy;
use crate::registry::transport::endpoint::{check_realm, host_of};
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::{HttpRequest, HttpResponse, RequestBody};

const CLIENT_ID: &str = "imagelock";

/// Answers challenges: finds credentials and turns them into headers.
pub(in crate::registry) struct Authenticator {
    pub(in crate::registry) scopes: Scopes,
    pub(in crate::registry) tokens: Tokens,
    pub(in crate::registry) refusal_limiter: RefusalLimiter,
    pub(in crate::registry) scope_batcher: ScopeBatcher,
    pub(in crate::registry) answer_bytes: usize,
    pub(in crate::registry) secrets: Secrets,
}

/// What a registry wants to see, and what there is to show.
#[derive(Clone, Copy)]
pub(in crate::registry) struct AuthRequest<'d> {
    /// Where the registry is reached.
    pub(in crate::registry) registry: &'d Url,
    /// The registry's name, and the hosts whose realms may get its credentials.
    pub(in crate::registry) name: &'d str,
    pub(in crate::registry) realms: &'d [String],
    pub(in crate::registry) challenge: Option<&'d Challenge>,
    pub(in crate::registry) scope: &'d str,
    /// Whether the token may be one for several repositories.
    pub(in crate::registry) may_share: bool,
    pub(in crate::registry) credential: Option<&'d Credential>,
    /// A token that was just refused.
    pub(in crate::registry) stale: Option<&'d Arc<Token>>,
}

/// An `Authorization` header, with the token it is made of, if it is made of one.
pub(in crate::registry) struct AuthorizationHeader {
    pub(in crate::registry) header: Option<Secret>,
    pub(in crate::registry) token: Option<Arc<Token>>,
    /// Who else uses the token, if anybody may.
    pub(in crate::registry) scope_batch: Option<ScopeBatch>,
}

impl AuthorizationHeader {
    /// Returns a header without a token.
    pub(in crate::registry) fn bare(header: Option<Secret>) -> Self {
        Self {
            header,
            token: None,
            scope_batch: None,
        }
    }
}

impl Authenticator {
    /// Answers a challenge that takes no token: with the credential itself, or with nothing.
    pub(in crate::registry) fn authorize_directly(
        auth_request: &AuthRequest<'_>,
    ) -> Option<AuthorizationHeader> {
        let credential = auth_request.credential;
        let Some(challenge) = auth_request.challenge else {
            return Some(AuthorizationHeader::bare(None));
        };
        if let Some(Login::Bearer { token }) = credential.map(Credential::login) {
            return Some(AuthorizationHeader::bare(Some(bearer(token))));
        }
        (challenge.scheme != "bearer")
            .then(|| AuthorizationHeader::bare(credential.and_then(Credential::basic_header)))
    }

    /// Returns the token realm that a challenge names, if credentials and requests may go there.
    pub(in crate::registry) fn realm(auth_request: &AuthRequest<'_>) -> Result<Url, RequestError> {
        let realm = auth_request
            .challenge
            .and_then(|challenge| challenge.param("realm"));
        // A few registries leave out their own host.
        let realm = auth_request
            .registry
            .join(realm.unwrap_or_default())
            .map_err(|_| RequestError::invalid("the token realm it names is not a URL"))?;
        check_realm(auth_request.registry, &realm)
            .map_err(|reason| RequestError::new(ErrorKind::UnsafeRealm { reason }))?;
        if let Some(credential) = auth_request.credential
            && !realm::is_known(auth_request, &realm)
        {
            let source = credential.source().into();
            let realm = host_of(&realm);
            return Err(ErrorKind::ForeignRealm { realm, source }.into());
        }
        Ok(realm)
    }

    /// Answers a challenge with a token.
    pub(in crate::registry) async fn authorize_by_token(
        &self,
        exchange: &Exchange,
        auth_request: &AuthRequest<'_>,
    ) -> Result<AuthorizationHeader, RequestError> {
        let challenge = auth_request.challenge;
        let challenge =
            challenge.ok_or_else(|| RequestError::invalid("it names no token realm"))?;
        let realm = Self::realm(auth_request)?;
        let credential = auth_request.credential;
        let service = challenge.param("service");
        let key = TokenKey {
            registry: auth_request.registry.origin().ascii_serialization(),
            realm: realm.to_string(),
            service: service.map(Into::into),
            scope: String::new(),
            credential: credential.map(|credential| self.refusal_limiter.number(credential)),
        };
        let address_policy = address_policy_of(auth_request, challenge, &realm);
        loop {
            let mut scope_batch = if auth_request.may_share {
                let scope_batch =
                    self.scope_batcher
                        .join(&key, auth_request.name, auth_request.scope);
                Some(scope_batch.await).filter(ScopeBatch::is_shared)
            } else {
                None
            };
            let scope = scope_batch
                .as_ref()
                .map_or(auth_request.scope, ScopeBatch::scope);
            let fetch = self.fetch(
                exchange,
                AuthRequest {
                    scope,
                    ..*auth_request
                },
                realm.clone(),
                address_policy,
                service,
            );
            let key = TokenKey {
                scope: scope.into(),
                ..key.clone()
            };
            let token = match (
                self.tokens.get(key, auth_request.stale, fetch).await,
                scope_batch.take(),
            ) {
                (Ok(token), Some(mut shared)) => {
                    if !shared.look_at(&token) {
                        continue;
                    }
                    scope_batch = Some(shared);
                    token
                }
                (Ok(token), None) => token,
                // It may refuse one of them alone.
                (Err(error), Some(shared)) if matches!(error.kind, ErrorKind::Denied { .. }) => {
                    shared.dissolve();
                    continue;
                }
                (Err(error), _) => return Err(error),
            };
            return Ok(AuthorizationHeader {
                header: Some(bearer(&token.text)),
                token: Some(token),
                scope_batch,
            });
        }
    }

    /// Fetches a token (Docker's token specification; OAuth2 for identity tokens).
    async fn fetch(
        &self,
        exchange: &Exchange,
        auth_request: AuthRequest<'_>,
        mut realm: Url,
        address_policy: AddressPolicy,
        service: Option<&str>,
    ) -> Result<Token, RequestError> {
        let AuthRequest {
            scope, credential, ..
        } = auth_request;
        let label = host_of(&realm);
        let mut fields = vec![("client_id", CLIENT_ID)];
        fields.extend(service.map(|service| ("service", service)));
        let mut request =
            HttpRequest::get(RequestKind::Token, realm.clone(), label, self.answer_bytes);
        // Who has no name here was led to as well.
        request.was_redirected =
            auth_request.name.is_empty() || realm.origin() != auth_request.registry.origin();
        request.address_policy = address_policy;
        // Some realms have another path or query for each repository.
        let place = format!("token {}", realm.origin().ascii_serialization());
        let try_it = |credential| self.refusal_limiter.of(place, credential, has_token);
        request.credential_use = credential.map(try_it);
        if let Some(Login::Identity { token }) = credential.map(Credential::login) {
            fields.push(("grant_type", "refresh_token"));
            fields.push(("refresh_token", token.reveal()));
            fields.extend((!scope.is_empty()).then_some(("scope", scope)));
            let mut form = Serializer::new(String::new());
            form.extend_pairs(fields);
            request.method = Method::POST;
            request.body = Some(RequestBody::form(Secret::new(form.finish())));
        } else {
            let header = credential.and_then(Credential::basic_header);
            request.authorize(header.as_ref())?;
            let mut query = realm.query_pairs_mut();
            query.extend_pairs(fields);
            for scope in scope.split_ascii_whitespace() {
                query.append_pair("scope", scope);
            }
            drop(query);
            request.url = realm;
        }
        let asked = request.label.clone();
        let response = exchange
            .send_following_redirects(&request)
            .await
            .map_err(|error| error.at(&asked))?;
        if response.status == StatusCode::OK {
            let token = Token::read(&response.body, Instant::now());
            let token = token.map_err(|error| error.at(&asked))?;
            // What anybody is given is no secret.
            if credential.is_some() {
                self.secrets.learn_token(&token.text);
            }
            return Ok(token);
        }
        let mut error = refusal_elsewhere(&response);
        error.expired = Expired::of(&response, credential);
        let is_blamed = credential.is_some() && error.server.blames_credentials();
        if is_blamed || (request.method == Method::POST && is_refused_grant(&error)) {
            error.kind = ErrorKind::Denied { source: None };
        }
        match &mut error.kind {
            ErrorKind::Denied { source } => {
                *source = credential.map(|credential| credential.source().into());
            }
            // Nothing was found missing but the token server itself.
            ErrorKind::ManifestNotFound | ErrorKind::RepositoryNotFound => {
                error.kind = ErrorKind::Failed;
            }
            _ => {}
        }
        Err(error)
    }
}

/// Returns `true` if a realm accepts what it was shown.
fn has_token(response: &HttpResponse) -> bool {
    response.status == StatusCode::OK && Token::read(&response.body, Instant::now()).is_ok()
}

/// Returns where a token realm may be.
///
/// The user named the registry, and with it a realm at the same place. For all else it counts who answered
/// there, also for a host that a redirect led to and its own realm.
fn address_policy_of(
    auth_request: &AuthRequest<'_>,
    challenge: &Challenge,
    realm: &Url,
) -> AddressPolicy {
    let is_named =
        !auth_request.name.is_empty() && realm.origin() == auth_request.registry.origin();
    if is_named {
        AddressPolicy::Anywhere
    } else {
        challenge.address_policy
    }
}

/// Returns `true` if a realm refuses an identity token (RFC 6749, 5.2), or takes none at all.
fn is_refused_grant(error: &RequestError) -> bool {
    let code = error.server.code.as_deref();
    match error.status {
        Some(404 | 405) => true,
        Some(400) => matches!(
            code,
            Some(
                "invalid_grant"
                    | "invalid_client"
                    | "unauthorized_client"
                    | "unsupported_grant_type"
            )
        ),
        _ => false,
    }
}

fn bearer(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.reveal()))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    #[test]
    fn only_what_the_user_named_may_be_anywhere() {
        let line = "Bearer realm=\"x\"".parse().unwrap();
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, line)]);
        let challenge = &Challenge::all(&headers, AddressPolicy::FromSite)[0];
        let address_policy = |name: &str, realm: &str| {
            let auth_request = AuthRequest {
                registry: &"http://r.io/v2/".parse().unwrap(),
                name,
                realms: &[],
                challenge: Some(challenge),
                scope: "",
                may_share: false,
                credential: None,
                stale: None,
            };
            address_policy_of(&auth_request, challenge, &realm.parse().unwrap())
        };
        assert_eq!(
            address_policy("r.io", "http://r.io/token"),
            AddressPolicy::Anywhere
        );
        for (name, realm) in [
            ("r.io", "http://r.io:8500/token"),
            ("r.io", "https://auth.io/token"),
            // A redirect led to `r.io`.
            ("", "http://r.io/token"),
        ] {
            assert_eq!(
                address_policy(name, realm),
                AddressPolicy::FromSite,
                "{name} {realm}"
            );
        }
    }
}
