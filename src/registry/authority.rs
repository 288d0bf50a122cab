use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::Serializer;

use super::auth::{Credential, CredentialStore, Login, Secret};
use super::call::Call;
use super::challenge::Challenge;
use super::endpoint::{check_realm, host_of};
use super::error::ErrorKind;
use super::exchange::Exchange;
use super::host::Host;
use super::refusal::refusal_elsewhere;
use super::token::{Token, TokenKey, Tokens};
use super::trouble::Trouble;

const CLIENT_ID: &str = "imagelock";

/// Answers challenges: finds credentials and turns them into headers.
pub(super) struct Authority {
    pub(super) credentials: CredentialStore,
    pub(super) tokens: Tokens,
    pub(super) answer_bytes: usize,
}

/// An `Authorization` header, with the token it is made of, if it is made of one.
pub(super) struct Proof {
    pub(super) header: Option<Secret>,
    pub(super) token: Option<Arc<Token>>,
}

impl Authority {
    /// Finds the credential for a repository: that of the settings, then those of the files.
    pub(super) async fn credential(
        &self,
        host: &Host,
        path: &str,
    ) -> Result<Option<Credential>, Trouble> {
        if let Some(credential) = &host.credential {
            return Ok(Some(credential.clone()));
        }
        let found = self.credentials.find(&host.name, path).await;
        found.map_err(|error| ErrorKind::Credentials(error).into())
    }

    /// Answers a registry's challenge. `stale` is a token that was just refused.
    pub(super) async fn prove(
        &self,
        exchange: &Exchange,
        registry: &Url,
        challenge: Option<&Challenge>,
        scope: &str,
        credential: Option<&Credential>,
        stale: Option<&Arc<Token>>,
    ) -> Result<Proof, Trouble> {
        let bare = |header| Proof {
            header,
            token: None,
        };
        let Some(challenge) = challenge else {
            return Ok(bare(None));
        };
        if let Some(Login::Bearer { token }) = credential.map(Credential::login) {
            return Ok(bare(Some(bearer(token))));
        }
        if challenge.scheme != "bearer" {
            return Ok(bare(credential.and_then(Credential::basic_header)));
        }
        let realm = challenge.param("realm").unwrap_or_default();
        let realm = Url::parse(realm)
            .map_err(|_| Trouble::invalid("the token realm it names is not a URL"))?;
        check_realm(registry, &realm)
            .map_err(|reason| Trouble::new(ErrorKind::UnsafeRealm { reason }))?;
        let service = challenge.param("service");
        let key = TokenKey {
            realm: realm.to_string(),
            service: service.map(Into::into),
            scope: scope.into(),
            source: credential.map(|credential| credential.source().into()),
        };
        let fetch = self.fetch(exchange, realm, service, scope, credential);
        let token = self.tokens.get(key, stale, fetch).await?;
        Ok(Proof {
            header: Some(bearer(&token.text)),
            token: Some(token),
        })
    }

    /// Fetches a token (Docker's token specification; `OAuth2` for identity tokens).
    async fn fetch(
        &self,
        exchange: &Exchange,
        mut realm: Url,
        service: Option<&str>,
        scope: &str,
        credential: Option<&Credential>,
    ) -> Result<Token, Trouble> {
        let label = host_of(&realm);
        let mut fields = vec![("client_id", CLIENT_ID)];
        fields.extend(service.map(|service| ("service", service)));
        let mut call = Call::get(realm.clone(), label, self.answer_bytes);
        if let Some(Login::Identity { token }) = credential.map(Credential::login) {
            fields.push(("grant_type", "refresh_token"));
            fields.push(("refresh_token", token.reveal()));
            fields.extend((!scope.is_empty()).then_some(("scope", scope)));
            let mut form = Serializer::new(String::new());
            form.extend_pairs(fields);
            call.method = Method::POST;
            call.form = Some(Secret::new(form.finish()));
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
            return Token::read(&answer.body, Instant::now()).map_err(|trouble| trouble.at(&asked));
        }
        let mut trouble = refusal_elsewhere(&answer);
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
        blot_out(&mut trouble, credential, None);
        Err(trouble)
    }
}

fn bearer(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.reveal()))
}

/// Blots out of a server's words whatever secret was sent to it.
pub(super) fn blot_out(
    trouble: &mut Trouble,
    credential: Option<&Credential>,
    token: Option<&Token>,
) {
    let words = &mut *trouble.server;
    let words = [&mut words.code, &mut words.message];
    for text in words.into_iter().flatten() {
        if let Some(credential) = credential {
            *text = credential.blot(text);
        }
        if let Some(token) = token {
            *text = super::auth::blot(text, token.text.reveal());
        }
    }
}
