//! Who may see what, and what they are told who may not.

use imagelock::embedded::{AuthMode, Operation, Registry, TestImage, Unseen};

use super::support::{error_code, get, json_of, text};
use crate::support::distribution::client;

const PUBLIC: &str = "team/app";
const PRIVATE: &str = "team/secret";
const MISSING: &str = "team/none";

async fn with(auth: AuthMode) -> Registry {
    let registry = Registry::start().await.unwrap();
    for repository in [PUBLIC, PRIVATE] {
        let image = TestImage::new(repository);
        registry.store().publish(repository, "1", &image);
    }
    registry.require(auth.user("bot", "secret").private(PRIVATE));
    registry
}

/// Asks for a token and then for the tags; says the status of the last answer and its code.
async fn by_token(registry: &Registry, path: &str, repository: &str, known: bool) -> (u16, String) {
    let realm = registry.url(&format!("{path}?scope=repository:{repository}:pull"));
    let mut request = client().get(realm);
    if known {
        request = request.basic_auth("bot", Some("secret"));
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = json_of(answer).await;
    let Some(token) = body["token"].as_str() else {
        return (status, error_code(&body).to_owned());
    };
    let list = registry.url(&format!("/v2/{repository}/tags/list"));
    let answer = client().get(list).bearer_auth(token).send().await.unwrap();
    let status = answer.status().as_u16();
    let challenge = text(answer.headers(), "www-authenticate").unwrap_or_default();
    if challenge.contains("insufficient_scope") {
        return (status, "insufficient_scope".into());
    }
    (status, error_code(&json_of(answer).await).to_owned())
}

#[tokio::test]
async fn what_is_not_to_be_seen_is_answered_as_the_rules_say() {
    let ok = || (200, String::new());
    for (unseen, expected) in [
        (Unseen::NotFound, (404, "NAME_UNKNOWN")),
        (Unseen::Denied, (403, "DENIED")),
        (Unseen::NoScope, (401, "insufficient_scope")),
        (Unseen::NoToken(403), (403, "DENIED")),
    ] {
        let expected = (expected.0, expected.1.to_owned());
        let registry = with(AuthMode::bearer().anonymous().unseen(unseen, unseen)).await;
        for (repository, known, answer) in [
            (PUBLIC, false, ok()),
            (PRIVATE, false, expected.clone()),
            (MISSING, false, expected.clone()),
            (PRIVATE, true, ok()),
            (MISSING, true, expected),
        ] {
            let found = by_token(&registry, "/token", repository, known).await;
            assert_eq!(found, answer, "{unseen:?} {repository} {known}");
        }
    }
}

#[tokio::test]
async fn what_is_open_needs_no_proof() {
    let registry = with(AuthMode::basic().open()).await;
    for (repository, known, status) in [
        (PUBLIC, false, 200),
        (PRIVATE, false, 401),
        (MISSING, false, 404),
        (PRIVATE, true, 200),
    ] {
        let mut request = client().get(registry.url(&format!("/v2/{repository}/tags/list")));
        if known {
            request = request.basic_auth("bot", Some("secret"));
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{repository} {known}");
    }
    let upload = registry.url(&format!("/v2/{PUBLIC}/blobs/uploads/"));
    assert_eq!(client().post(upload).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_token_endpoint_and_its_answers_take_many_forms() {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/v2/auth")
        .token_field("token")
        .token_field("access_token")
        .issued_at("2026-11-23T10:00:00Z")
        .refusal("DENIED", "Not Authorized");
    let registry = with(auth).await;
    let refused = get(&registry, "/v2/team/app/tags/list").await;
    let challenge = text(refused.headers(), "www-authenticate").unwrap();
    assert!(challenge.contains(&registry.url("/v2/auth")), "{challenge}");
    assert_eq!(error_code(&json_of(refused).await), "DENIED");
    let path = "/v2/auth?scope=repository:team/app:pull";
    let body = json_of(get(&registry, path).await).await;
    assert_eq!(body["token"], body["access_token"]);
    assert_eq!(body["issued_at"], "2026-11-23T10:00:00Z");
    assert_eq!(registry.count(Operation::Token), 1);
    let (status, _) = by_token(&registry, "/v2/auth", PUBLIC, false).await;
    assert_eq!(status, 200);
}
