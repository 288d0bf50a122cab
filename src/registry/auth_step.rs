//! What a response says of the authorization that it was given, and what to do about it.

use http::StatusCode;

use super::auth::Credential;
use super::authn::challenge::Challenge;
use super::authn::expired::Expired;
use super::error::ErrorKind;
use super::host::Host;
use super::refusal::{MissingKind, refusal};
use super::request_error::{RequestError, ServerWords};
use super::transport::endpoint::host_of;
use super::transport::request::HttpResponse;

pub(super) fn is_denied(response: &HttpResponse) -> bool {
    matches!(
        response.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    )
}

/// Returns `true` if a registry accepts the credential that it was shown: what is not there is not there for anybody,
/// but for servers that say so of a wrong password.
pub(super) fn is_let_in(response: &HttpResponse) -> bool {
    match response.status.as_u16() {
        200..300 => !response.is_html(),
        304 => true,
        404 | 405 | 406 | 410 | 416 => !ServerWords::read(&response.body).blames_credentials(),
        _ => false,
    }
}

/// Returns `true` if a refusal is about the token itself, and not what it is for.
pub(super) fn is_of_token(response: &HttpResponse) -> bool {
    let challenge = response.challenge();
    challenge.is_some_and(|challenge| challenge.param("error") == Some("invalid_token"))
}

/// Returns `true` if another credential, or none at all, may do better.
pub(super) fn may_be_tried_otherwise(error: &RequestError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Denied { .. } | ErrorKind::ForeignRealm { .. }
    )
}

/// What a refusal calls for.
pub(super) enum AuthStep {
    /// An authorization, where none was wanted before.
    Prove,
    /// A token of another scope.
    Widen(String),
    /// A new token of the same scope.
    Refresh,
    /// Nothing that would help.
    Stop,
}

pub(super) fn next_step(old: Option<&Challenge>, new: Option<&Challenge>, scope: &str) -> AuthStep {
    let Some(new) = new else {
        return AuthStep::Stop;
    };
    if old.is_none() {
        return AuthStep::Prove;
    }
    if new.param("error") != Some("insufficient_scope") {
        return AuthStep::Refresh;
    }
    match new.param("scope") {
        Some(wanted) if wanted != scope => AuthStep::Widen(wanted.into()),
        Some(_) => AuthStep::Stop,
        None => AuthStep::Refresh,
    }
}

pub(super) fn denied(
    host: &Host,
    response: &HttpResponse,
    credential: Option<&Credential>,
) -> RequestError {
    let mut error = refusal(response, MissingKind::Repository);
    error.expired = Expired::of(response, credential);
    error.kind = ErrorKind::Denied {
        source: credential.map(|credential| credential.source().into()),
    };
    if response.url.origin() != host.base.origin() {
        error = error.at(&host_of(&response.url));
    }
    error
}
