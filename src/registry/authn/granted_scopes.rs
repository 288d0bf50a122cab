use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The most bytes of a token that is looked into.
const MOST_BYTES: usize = 64 << 10;

#[derive(Deserialize)]
struct ScopeClaims {
    access: Vec<AccessClaim>,
}

#[derive(Deserialize)]
struct AccessClaim {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    actions: Vec<String>,
}

/// Returns the scopes of repositories that a token says it is good for pulling; nothing if it does not say.
///
/// Docker's token implementation: a JWT with the claim `access`. The token is for the registry to verify; here
/// it only saves a request that would be refused.
pub(super) fn grants(token: &str) -> Option<HashSet<String>> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    if payload.len() > MOST_BYTES {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: ScopeClaims = serde_json::from_slice(&payload).ok()?;
    let pulls = claims.access.into_iter().filter(|access| {
        let may_pull = |action: &String| action == "pull" || action == "*";
        access.kind == "repository" && access.actions.iter().any(may_pull)
    });
    Some(
        pulls
            .map(|access| format!("repository:{}:pull", access.name))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_token_says_what_may_be_pulled() {
        let claims = r#"{"iss":"auth","access":[
            {"type":"repository","name":"a/b","actions":["pull"]},
            {"type":"repository","name":"c","actions":["push","*"]},
            {"type":"repository","name":"d","actions":[]},
            {"type":"registry","name":"catalog","actions":["*"]}]}"#;
        let granted = grants(&token(claims)).unwrap();
        let expected = ["repository:a/b:pull", "repository:c:pull"];
        assert_eq!(granted, expected.map(String::from).into());
        assert!(grants(&token(r#"{"access":[]}"#)).unwrap().is_empty());
    }

    #[test]
    fn others_say_nothing() {
        for text in ["", "abc", "a.b", "a.!.c", "a.b.c.d"] {
            assert_eq!(grants(text), None, "{text}");
        }
        for payload in ["", "[]", r#"{"sub":"x"}"#, r#"{"access":null}"#] {
            assert_eq!(grants(&token(payload)), None, "{payload}");
        }
    }

    proptest! {
        #[test]
        fn any_token_is_read(text in any::<String>(), payload in any::<String>()) {
            grants(&text);
            grants(&token(&payload));
        }
    }
}
