use http::StatusCode;

use super::examination::{Examination, FailedStep};
use super::quirk::{note, warning};
use super::reach::shown;
use super::{AdvisedAuth, Area, Step};
use crate::registry::auth::CredentialStatus;
use crate::registry::authn::authenticator::AuthRequest;
use crate::registry::authn::challenge::Challenge;
use crate::registry::authn::realm;
use crate::registry::authn::token::Token;
use crate::registry::error::ErrorKind;
use crate::registry::lists::paging::ListPage;
use crate::registry::request_error::{RequestError, whole};
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::request::HttpResponse;

impl Examination<'_> {
    /// Asks for the first page of tags, with the authorization that the registry requires.
    pub(super) async fn access(
        &mut self,
        ping: &HttpResponse,
    ) -> Result<(Step, ListPage), FailedStep> {
        let mut step = Step::new(Area::Access);
        // Another host's challenge is not the registry's.
        let from_registry = ping.url.origin() == self.host.base.origin();
        if from_registry {
            self.clues.challenges = ping.challenges();
        }
        if from_registry
            && ping.status == StatusCode::UNAUTHORIZED
            && let Some(challenge) = ping.challenge()
        {
            // The registry need not refuse another request to say the same again.
            self.host.learn(Some(challenge));
        }
        let endpoint = self.endpoint();
        let list = self.inner.tag_list(&endpoint);
        let outcome = self.inner.first_page(&list).await;
        let answered = self.host.learned().and_then(|learned| learned.challenge);
        let is_open = matches!(&outcome, Ok(page) if page.response.status.is_success());
        self.tell_challenges(&mut step, answered.as_ref(), is_open);
        let status = self.credential_status().await;
        match outcome {
            Ok(page) => {
                self.judge_access(&mut step, &page.response, answered.as_ref(), &status);
                Ok((step, page))
            }
            Err(error) => {
                step.fact("credentials", refused(&error, &status));
                Err(self.failed(step, error, "list the tags of"))
            }
        }
    }

    /// Says which credential would be used; one that cannot be had is in the failure.
    async fn credential_status(&self) -> CredentialStatus {
        let (name, path) = (&self.host.name, self.repository.path());
        let status = self.inner.authenticator.status(name, path).await;
        status.unwrap_or_else(|_| CredentialStatus::anonymous())
    }

    fn tell_challenges(&mut self, step: &mut Step, answered: Option<&Challenge>, is_open: bool) {
        if let Some(answered) = answered
            && !self
                .clues
                .challenges
                .iter()
                .any(|one| one.is_like(answered))
        {
            self.clues.challenges.push(answered.clone());
        }
        let challenges = &self.clues.challenges;
        if challenges.is_empty() {
            let says = if is_open {
                "none: it is open"
            } else {
                "none was seen"
            };
            step.fact("challenge", says);
        }
        for challenge in challenges {
            step.fact("challenge", self.words_of(challenge));
        }
        if challenges.len() > 1
            && let Some(answered) = answered
        {
            let (count, scheme) = (challenges.len(), &answered.scheme);
            step.quirks.push(note(
                "several-challenges",
                format!("it offers {count} challenges; the one of `{scheme}` is answered"),
            ));
        }
        let Some(realm) = answered.and_then(|answered| self.realm_of(answered)) else {
            return;
        };
        let host = host_of(&realm);
        if realm.host() == self.host.base.host() {
            return;
        }
        let auth_request = self.auth_request(answered);
        let says = if realm::is_known(&auth_request, &realm) {
            format!("its tokens come from {host}, which is known to belong to it")
        } else {
            format!(
                "its tokens come from {host}, which gets no credentials unless `token-realms` names it"
            )
        };
        step.quirks.push(note("realm-elsewhere", says));
    }

    fn realm_of(&self, challenge: &Challenge) -> Option<url::Url> {
        if challenge.scheme != "bearer" {
            return None;
        }
        self.host.base.join(challenge.param("realm")?).ok()
    }

    fn words_of(&self, challenge: &Challenge) -> String {
        let service = challenge.param("service");
        let service = service.map(|service| format!(", service {}", whole(service)));
        let service = service.unwrap_or_default();
        if let Some(realm) = self.realm_of(challenge) {
            return format!("Bearer with a token of {}{service}", shown(&realm));
        }
        let realm = challenge.param("realm").unwrap_or_default();
        let scheme = whole(&challenge.scheme);
        format!("{scheme} for {}{service}", whole(realm))
    }

    fn auth_request<'d>(&'d self, challenge: Option<&'d Challenge>) -> AuthRequest<'d> {
        AuthRequest {
            registry: &self.host.base,
            name: &self.host.name,
            realms: &self.host.token_realms,
            challenge,
            scope: "",
            may_share: false,
            credential: None,
            stale: None,
        }
    }

    fn judge_access(
        &mut self,
        step: &mut Step,
        response: &HttpResponse,
        challenge: Option<&Challenge>,
        status: &CredentialStatus,
    ) {
        let found = status.source.as_deref();
        let authenticated = response.authenticated.as_deref();
        let used = authenticated.and_then(|authenticated| authenticated.credential.as_deref());
        let says = match (used, found) {
            // What is not there is not there for anybody, or hidden from strangers.
            (None, found) if !response.status.is_success() => {
                let found = found.map_or("none were found".into(), |found| {
                    format!("there are some in {found}")
                });
                let status = response.status.as_u16();
                format!("{found}; whether it needs any, its answer of {status} does not say")
            }
            (Some(used), _) => format!("accepted: those from {used}"),
            (None, Some(found)) if challenge.is_none() => {
                format!("not needed: there are some in {found}")
            }
            (None, Some(found)) => {
                let is_foreign = challenge
                    .and_then(|challenge| self.realm_of(challenge))
                    .is_some_and(|realm| !realm::is_known(&self.auth_request(challenge), &realm));
                let why = if is_foreign { "not sent" } else { "refused" };
                if !is_foreign {
                    self.advice.auth = Some(AdvisedAuth::Anonymous);
                }
                step.quirks.push(warning(
                    "credentials-not-used",
                    format!("the credentials from {found} were {why}, and it answers without any"),
                ));
                format!("{why}: those from {found}")
            }
            (None, None) => "none, and none are needed".into(),
        };
        step.fact("credentials", says);
        if let Some(token) = authenticated.and_then(|authenticated| authenticated.token.as_ref()) {
            judge_token(step, token);
        }
    }
}

fn judge_token(step: &mut Step, token: &Token) {
    let members = token.members.join(" and ");
    let Some(life) = token.told_life else {
        step.fact("token", format!("in the member {members}"));
        step.quirks.push(note(
            "token-without-end",
            "its tokens do not say how long they are good for: they are taken for 60 s",
        ));
        return;
    };
    let seconds = life.as_secs();
    step.fact(
        "token",
        format!("good for {seconds} s, in the member {members}"),
    );
}

fn refused(error: &RequestError, status: &CredentialStatus) -> String {
    let found = status.source.as_deref();
    match (&error.kind, found) {
        (
            ErrorKind::Denied {
                source: Some(source),
            },
            _,
        ) => format!("refused: those from {source}"),
        (ErrorKind::ForeignRealm { source, realm }, _) => {
            format!("not sent to {realm}: those from {source}")
        }
        (_, Some(found)) => format!("there are some in {found}"),
        (_, None) => "none were found".into(),
    }
}
