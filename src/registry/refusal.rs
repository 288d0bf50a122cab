use http::StatusCode;

use super::error::ErrorKind;
use super::transport::call::Answer;
use super::transport::endpoint::host_of;
use super::transport::verdict::is_quota;
use super::trouble::{ServerWords, Trouble};

/// What a 404 without a word means.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    Repository,
    Manifest,
}

/// Creates a trouble from an answer that is not the one asked for.
pub(super) fn refusal(answer: &Answer, missing: Missing) -> Trouble {
    let words = ServerWords::read(&answer.body);
    let code = words.code.as_deref().unwrap_or_default();
    let kind = match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Denied { source: None },
        StatusCode::NOT_FOUND => match (code, missing) {
            ("NAME_UNKNOWN", _) | ("", Missing::Repository) => ErrorKind::RepositoryNotFound,
            ("MANIFEST_UNKNOWN", _) | (_, Missing::Manifest) => ErrorKind::ManifestNotFound,
            (_, Missing::Repository) => ErrorKind::RepositoryNotFound,
        },
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited {
            wait: answer.too_long,
            quota: is_quota(answer),
        },
        _ if answer.too_long.is_some() => ErrorKind::RateLimited {
            wait: answer.too_long,
            quota: false,
        },
        status if status.is_success() || status.is_redirection() => ErrorKind::Invalid {
            reason: format!("it answered {}", status.as_u16()),
        },
        _ => ErrorKind::Failed,
    };
    Trouble {
        status: Some(answer.status.as_u16()),
        server: Box::new(words),
        tries: answer.tries,
        through: answer.through.clone(),
        credential: answer.credential(),
        ..Trouble::new(kind)
    }
}

/// Creates a trouble from an answer by another host than the registry: a token realm, a mirror's store.
pub(super) fn refusal_elsewhere(answer: &Answer) -> Trouble {
    refusal(answer, Missing::Manifest).at(&host_of(&answer.url))
}
