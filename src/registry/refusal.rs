use http::StatusCode;

use super::error::ErrorKind;
use super::request_error::{RequestError, ServerWords};
use super::transport::endpoint::host_of;
use super::transport::request::HttpResponse;
use super::transport::retry::is_quota;

/// What a 404 without a word means.
#[derive(Clone, Copy)]
pub(super) enum MissingKind {
    Repository,
    Manifest,
}

/// Creates an error from a response that is not the requested one.
pub(super) fn refusal(response: &HttpResponse, missing: MissingKind) -> RequestError {
    let words = ServerWords::read(&response.body);
    let code = words.code.as_deref().unwrap_or_default();
    let kind = match response.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Denied { source: None },
        StatusCode::NOT_FOUND => match (code, missing) {
            ("NAME_UNKNOWN", _) | ("", MissingKind::Repository) => ErrorKind::RepositoryNotFound,
            ("MANIFEST_UNKNOWN", _) | (_, MissingKind::Manifest) => ErrorKind::ManifestNotFound,
            (_, MissingKind::Repository) => ErrorKind::RepositoryNotFound,
        },
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited {
            wait: response.too_long,
            quota: is_quota(response),
        },
        _ if response.too_long.is_some() => ErrorKind::RateLimited {
            wait: response.too_long,
            quota: false,
        },
        status if status.is_success() || status.is_redirection() => ErrorKind::Invalid {
            reason: format!("it answered {}", status.as_u16()),
        },
        _ => ErrorKind::Failed,
    };
    RequestError {
        status: Some(response.status.as_u16()),
        server: Box::new(words),
        tries: response.tries,
        through: response.through.clone(),
        credential: response.credential(),
        ..RequestError::new(kind)
    }
}

/// Creates an error from a response of another host than the registry: a token server, a mirror's storage.
pub(super) fn refusal_elsewhere(response: &HttpResponse) -> RequestError {
    refusal(response, MissingKind::Manifest).at(&host_of(&response.url))
}
