use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::challenge::Challenge;
use super::expired::Expired;
use super::realm;
use super::secrets::Secrets;
use super::sharing::{Share, Sharing};
use super::token::{Token, TokenKey, Tokens};
use super::trials::Trials;
use crate::observe::RequestKind;
use crate::registry::auth::{Credential, Login, Scopes, Secret};
use crate::registry::error::ErrorKind;
use crate::registry::refusal::refusal_elsewhere;
use crate::registry::transport::addresses::Reach;
use crate::registry::transport::call::{Answer, Call, Payload};
use crate::registry::transport::endpoint::{check_realm, host_of};
use crate::registry::transport::exchange::Exchange;
use crate::registry::trouble::Trouble;

const CLIENT_ID: &str = "imagelock";

/// Answers challenges: finds credentials and turns them into headers.
pub(in crate::registry) struct Authority {
    pub(in crate::registry) scopes: Scopes,
    pub(in crate::registry) tokens: Tokens,
    pub(in crate::registry) trials: Trials,
    pub(in crate::registry) sharing: Sharing,
    pub(in crate::registry) answer_bytes: usize,
    pub(in crate::registry) secrets: Secrets,
}

/// What a registry wants to see, and what there is to show.
#[derive(Clone, Copy)]
pub(in crate::registry) struct Demand<'d> {
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
pub(in crate::registry) struct Proof {
    pub(in crate::registry) header: Option<Secret>,
    pub(in crate::registry) token: Option<Arc<Token>>,
    /// Who else uses the token, if anybody may.
    pub(in crate::registry) share: Option<Share>,
}

impl Proof {
    /// Returns a header without a token.
    pub(in crate::registry) fn bare(header: Option<Secret>) -> Self {
        Self {
            header,
            token: None,
            share: None,
        }
    }
}

impl Authority {
    /// Answers a challenge that takes no token: with the credential itself, or with nothing.
    pub(in crate::registry) fn prove_directly(demand: &Demand<'_>) -> Option<Proof> {
        let credential = demand.credential;
        let Some(challenge) = demand.challenge else {
            return Some(Proof::bare(None));
        };
        if let Some(Login::Bearer { token }) = credential.map(Credential::login) {
            return Some(Proof::bare(Some(bearer(token))));
        }
        (challenge.scheme != "bearer")
            .then(|| Proof::bare(credential.and_then(Credential::basic_header)))
    }

    /// Returns the token realm that a challenge names, if credentials and requests may go there.
    pub(in crate::registry) fn realm(demand: &Demand<'_>) -> Result<Url, Trouble> {
        let realm = demand
            .challenge
            .and_then(|challenge| challenge.param("realm"));
        // A few registries leave out their own host.
        let realm = demand
            .registry
            .join(realm.unwrap_or_default())
            .map_err(|_| Trouble::invalid("the token realm it names is not a URL"))?;
        check_realm(demand.registry, &realm)
            .map_err(|reason| Trouble::new(ErrorKind::UnsafeRealm { reason }))?;
        if let Some(credential) = demand.credential
            && !realm::is_known(demand, &realm)
        {
            let source = credential.source().into();
            let realm = host_of(&realm);
            return Err(ErrorKind::ForeignRealm { realm, source }.into());
        }
        Ok(realm)
    }

    /// Answers a challenge with a token.
    pub(in crate::registry) async fn prove_by_token(
        &self,
        exchange: &Exchange,
        demand: &Demand<'_>,
    ) -> Result<Proof, Trouble> {
        let challenge = demand.challenge;
        let challenge = challenge.ok_or_else(|| Trouble::invalid("it names no token realm"))?;
        let realm = Self::realm(demand)?;
        let credential = demand.credential;
        let service = challenge.param("service");
        let key = TokenKey {
            registry: demand.registry.origin().ascii_serialization(),
            realm: realm.to_string(),
            service: service.map(Into::into),
            scope: String::new(),
            credential: credential.map(|credential| self.trials.number(credential)),
        };
        let reach = reach_of(demand, challenge, &realm);
        loop {
            let mut share = if demand.may_share {
                let share = self.sharing.join(&key, demand.name, demand.scope);
                Some(share.await).filter(Share::is_shared)
            } else {
                None
            };
            let scope = share.as_ref().map_or(demand.scope, Share::scope);
            let fetch = self.fetch(
                exchange,
                Demand { scope, ..*demand },
                realm.clone(),
                reach,
                service,
            );
            let key = TokenKey {
                scope: scope.into(),
                ..key.clone()
            };
            let token = match (
                self.tokens.get(key, demand.stale, fetch).await,
                share.take(),
            ) {
                (Ok(token), Some(mut shared)) => {
                    if !shared.look_at(&token) {
                        continue;
                    }
                    share = Some(shared);
                    token
                }
                (Ok(token), None) => token,
                // It may refuse one of them alone.
                (Err(trouble), Some(shared))
                    if matches!(trouble.kind, ErrorKind::Denied { .. }) =>
                {
                    shared.dissolve();
                    continue;
                }
                (Err(trouble), _) => return Err(trouble),
            };
            return Ok(Proof {
                header: Some(bearer(&token.text)),
                token: Some(token),
                share,
            });
        }
    }

    /// Fetches a token (Docker's token specification; OAuth2 for identity tokens).
    async fn fetch(
        &self,
        exchange: &Exchange,
        demand: Demand<'_>,
        mut realm: Url,
        reach: Reach,
        service: Option<&str>,
    ) -> Result<Token, Trouble> {
        let Demand {
            scope, credential, ..
        } = demand;
        let label = host_of(&realm);
        let mut fields = vec![("client_id", CLIENT_ID)];
        fields.extend(service.map(|service| ("service", service)));
        let mut call = Call::get(RequestKind::Token, realm.clone(), label, self.answer_bytes);
        // Who has no name here was led to as well.
        call.is_led = demand.name.is_empty() || realm.origin() != demand.registry.origin();
        call.reach = reach;
        // Some realms have another path or query for each repository.
        let place = format!("token {}", realm.origin().ascii_serialization());
        let try_it = |credential| self.trials.of(place, credential, has_token);
        call.trial = credential.map(try_it);
        if let Some(Login::Identity { token }) = credential.map(Credential::login) {
            fields.push(("grant_type", "refresh_token"));
            fields.push(("refresh_token", token.reveal()));
            fields.extend((!scope.is_empty()).then_some(("scope", scope)));
            let mut form = Serializer::new(String::new());
            form.extend_pairs(fields);
            call.method = Method::POST;
            call.body = Some(Payload::form(Secret::new(form.finish())));
        } else {
            let header = credential.and_then(Credential::basic_header);
            call.authorize(header.as_ref())?;
            let mut query = realm.query_pairs_mut();
            query.extend_pairs(fields);
            for scope in scope.split_ascii_whitespace() {
                query.append_pair("scope", scope);
            }
            drop(query);
            call.url = realm;
        }
        let asked = call.label.clone();
        let answer = exchange
            .follow(&call)
            .await
            .map_err(|trouble| trouble.at(&asked))?;
        if answer.status == StatusCode::OK {
            let token = Token::read(&answer.body, Instant::now());
            let token = token.map_err(|trouble| trouble.at(&asked))?;
            // What anybody is given is no secret.
            if credential.is_some() {
                self.secrets.learn_token(&token.text);
            }
            return Ok(token);
        }
        let mut trouble = refusal_elsewhere(&answer);
        trouble.expired = Expired::of(&answer, credential);
        let is_blamed = credential.is_some() && trouble.server.blames_credentials();
        if is_blamed || (call.method == Method::POST && is_refused_grant(&trouble)) {
            trouble.kind = ErrorKind::Denied { source: None };
        }
        match &mut trouble.kind {
            ErrorKind::Denied { source } => {
                *source = credential.map(|credential| credential.source().into());
            }
            // Nothing was found missing but the token server itself.
            ErrorKind::ManifestNotFound | ErrorKind::RepositoryNotFound => {
                trouble.kind = ErrorKind::Failed;
            }
            _ => {}
        }
        Err(trouble)
    }
}

/// Returns `true` if a realm accepts what it was shown.
fn has_token(answer: &Answer) -> bool {
    answer.status == StatusCode::OK && Token::read(&answer.body, Instant::now()).is_ok()
}

/// Returns where a token realm may be.
///
/// The user named the registry, and with it a realm at the same place. For all else it counts who answered
/// there, also for a host that a redirect led to and its own realm.
fn reach_of(demand: &Demand<'_>, challenge: &Challenge, realm: &Url) -> Reach {
    let is_named = !demand.name.is_empty() && realm.origin() == demand.registry.origin();
    if is_named {
        Reach::Anywhere
    } else {
        challenge.reach
    }
}

/// Returns `true` if a realm refuses an identity token (RFC 6749, 5.2), or takes none at all.
fn is_refused_grant(trouble: &Trouble) -> bool {
    let code = trouble.server.code.as_deref();
    match trouble.status {
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
        let challenge = &Challenge::all(&headers, Reach::FromSite)[0];
        let reach = |name: &str, realm: &str| {
            let demand = Demand {
                registry: &"http://r.io/v2/".parse().unwrap(),
                name,
                realms: &[],
                challenge: Some(challenge),
                scope: "",
                may_share: false,
                credential: None,
                stale: None,
            };
            reach_of(&demand, challenge, &realm.parse().unwrap())
        };
        assert_eq!(reach("r.io", "http://r.io/token"), Reach::Anywhere);
        for (name, realm) in [
            ("r.io", "http://r.io:8500/token"),
            ("r.io", "https://auth.io/token"),
            // A redirect led to `r.io`.
            ("", "http://r.io/token"),
        ] {
            assert_eq!(reach(name, realm), Reach::FromSite, "{name} {realm}");
        }
    }
}
