use std::fmt;

use http::header::DATE;
use jiff::Timestamp;

use crate::registry::auth::{Credential, CredentialKind};
use crate::registry::request_error::ServerWords;
use crate::registry::transport::request::HttpResponse;
use crate::registry::transport::retry_after::date;

/// A credential that was good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) struct Expired {
    /// What people call it.
    noun: &'static str,
    /// Until when it was good, if it says so itself.
    at: Option<Timestamp>,
}

impl Expired {
    /// Says whether a refusal is about a credential, or a token, that has expired.
    ///
    /// The credential itself tells, by the clock of the server that refused it; else the server's words do.
    pub(in crate::registry) fn of(
        response: &HttpResponse,
        credential: Option<&Credential>,
    ) -> Option<Self> {
        let noun = match credential.map(Credential::kind) {
            Some(CredentialKind::Password) => "password or token",
            _ => "token",
        };
        let end = credential.and_then(Credential::expires);
        let now = response.header(DATE.as_str()).and_then(date);
        if let (Some(at), Some(now)) = (end, now)
            && at <= now
        {
            let at = Some(at);
            return Some(Self { noun, at });
        }
        let words = ServerWords::read(&response.body);
        let challenge = response.challenge();
        let param = |name| {
            challenge
                .as_ref()
                .and_then(|challenge| challenge.param(name))
        };
        let told = [
            words.code.as_deref(),
            words.message.as_deref(),
            param("error"),
            param("error_description"),
        ];
        let says_so = told.into_iter().flatten().any(is_of_expiry);
        says_so.then_some(Self { noun, at: None })
    }
}

/// Returns `true` if a text is about something that proves who asks and has expired.
fn is_of_expiry(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let proofs = ["token", "jwt", "credential", "password", "session"];
    let has_expired = text.contains("expired") && !text.contains("not expired");
    has_expired
        && proofs
            .iter()
            .any(|authorization| text.contains(authorization))
}

impl fmt::Display for Expired {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.noun;
        match self.at {
            Some(at) => write!(formatter, "the {noun} expired at {at}"),
            None => write!(formatter, "the {noun} has expired"),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::registry::Secret;

    fn refusal(body: &'static str) -> HttpResponse {
        let mut response = HttpResponse::sample(StatusCode::UNAUTHORIZED);
        response.body = body.into();
        let date = "Mon, 23 Nov 2026 10:00:50 GMT";
        response.headers.insert(DATE, date.parse().unwrap());
        response
    }

    /// A token that is good until this second.
    fn token(seconds: i64) -> Credential {
        use base64::Engine as _;
        let claims = format!(r#"{{"exp":{seconds}}}"#);
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
        let token = Secret::new(format!("e30.{claims}.c2ln"));
        Credential::registry_token(token, "a test")
    }

    #[test]
    fn a_token_that_says_so_has_expired_by_the_clock_of_the_server() {
        let said = |seconds| {
            let expired = Expired::of(&refusal(""), Some(&token(seconds)))?;
            Some(expired.to_string())
        };
        let expected = "the token expired at 2026-11-23T10:00:00Z";
        assert_eq!(said(1_795_428_000).as_deref(), Some(expected));
        assert_eq!(said(1_795_429_000), None);
    }

    #[test]
    fn a_server_may_say_so() {
        for (body, expected) in [
            (
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"Token expired"}]}"#,
                true,
            ),
            (
                r#"{"error":"invalid_grant","error_description":"the JWT is expired"}"#,
                true,
            ),
            ("token has expired", true),
            (
                r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#,
                false,
            ),
            ("the licence has expired", false),
        ] {
            assert_eq!(
                Expired::of(&refusal(body), None).is_some(),
                expected,
                "{body}"
            );
        }
        let mut response = refusal("");
        let line = r#"Bearer realm="https://r.io/token",error="invalid_token",error_description="The token expired""#;
        response
            .headers
            .insert("www-authenticate", line.parse().unwrap());
        let expired = Expired::of(&response, None).unwrap();
        assert_eq!(expired.to_string(), "the token has expired");
    }
}
