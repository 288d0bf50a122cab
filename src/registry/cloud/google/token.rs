use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::registry::auth::Secret;
use crate::registry::cloud::wire::{ask, read};
use crate::registry::transport::endpoint::host_of;
use crate::registry::transport::exchange::Exchange;
use crate::registry::transport::request::{HttpRequest, HttpResponse};

/// What registries and the rest of Google's cloud are used with.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
pub(super) const WHAT: &str = "an access token";

/// An access token and its end.
pub(super) struct AccessToken {
    pub(super) text: Secret,
    pub(super) expires: Option<Timestamp>,
}

/// An answer of an `OAuth2` token endpoint (RFC 6749, 5.1).
#[derive(Deserialize)]
struct GoogleTokenBody {
    access_token: Secret,
    expires_in: Option<i64>,
}

impl AccessToken {
    /// Reads a token endpoint's answer.
    pub(super) fn read(response: &HttpResponse, now: Timestamp) -> Result<Self, String> {
        let body: GoogleTokenBody = read(response, WHAT)?;
        let host = host_of(&response.url);
        if body.access_token.is_empty() {
            return Err(format!("the answer of {host} is not {WHAT}"));
        }
        let expires = match body.expires_in {
            Some(seconds) if seconds <= 0 => {
                return Err(format!("the token of {host} has expired"));
            }
            Some(seconds) => now.saturating_add(SignedDuration::from_secs(seconds)).ok(),
            None => None,
        };
        Ok(Self {
            text: body.access_token,
            expires,
        })
    }

    /// Asks a token endpoint.
    pub(super) async fn fetch(
        exchange: &Exchange,
        request: &HttpRequest,
        secrets: &[&Secret],
        now: Timestamp,
    ) -> Result<Self, String> {
        let response = ask(exchange, request, secrets).await?;
        Self::read(&response, now)
    }
}
