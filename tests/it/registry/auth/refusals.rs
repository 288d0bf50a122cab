//! Credentials that nobody wants, and realms that are not to be trusted.

use imagelock::embedded::{AuthMode, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{Credential, Secret};

use super::super::*;
use super::support::*;

#[tokio::test]
async fn wrong_credentials_are_named_by_their_source() {
    for auth in [
        AuthMode::bearer().user("bot", "other"),
        AuthMode::basic().user("bot", "other"),
    ] {
        let registry = registry_with(1).await;
        registry.require(auth);
        let error = logged_in(&registry)
            .tags(&app(&registry))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Code::Denied);
        let text = all_of(&error);
        assert!(text.contains("environment variable BOT_TOKEN"), "{text}");
        assert!(text.contains("(401"), "{text}");
        assert!(
            !text.contains("canary") && !text.contains(ENCODED),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_public_image_is_read_without_credentials_that_are_refused() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", "other").anonymous());
    let recorder = Recorder::default();
    let client = with(&registry, password(PASSWORD)).observer(Arc::new(recorder.clone()));
    let client = client.build().unwrap();
    client.tags(&app(&registry)).await.unwrap();
    client.head(&app(&registry), &tag("1")).await.unwrap();
    let said: Vec<_> = recorder
        .events()
        .into_iter()
        .filter(|event| matches!(event, Event::Anonymous { .. }))
        .collect();
    let expected = Event::Anonymous {
        host: registry.address().into(),
        source: "environment variable BOT_TOKEN".into(),
    };
    assert_eq!(said, [expected]);
    // One refusal, one anonymous token, which then serves for the repository.
    assert_eq!(registry.count(Operation::Token), 2);
}

#[tokio::test]
async fn a_forbidden_image_is_tried_without_credentials_as_well() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD).anonymous());
    registry.behave(Behaviour::on(Operation::Tags).times(1).status(403));
    logged_in(&registry).tags(&app(&registry)).await.unwrap();
    registry.behave(Behaviour::on(Operation::Tags).status(403));
    let error = logged_in(&registry)
        .tags(&app(&registry))
        .await
        .unwrap_err();
    let host = registry.address();
    assert_eq!(
        error.to_string(),
        format!("{host} refused to list the tags of team/app (403 DENIED)")
    );
    assert!(all_of(&error).contains("BOT_TOKEN"));
}

#[tokio::test]
async fn a_server_that_repeats_a_secret_is_not_quoted() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD));
    let body = format!(r#"{{"details":"`{PASSWORD}` ({ENCODED}) is wrong"}}"#);
    registry.behave(Behaviour::on(Operation::Token).status(401).json(&body));
    let error = logged_in(&registry)
        .tags(&app(&registry))
        .await
        .unwrap_err();
    let text = all_of(&error);
    assert!(
        text.contains("is wrong") && !text.contains("canary") && !text.contains(ENCODED),
        "{text}"
    );
}

#[tokio::test]
async fn no_part_of_a_secret_stands_where_a_text_is_cut() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD));
    for before in 280..300 {
        let body = format!(
            r#"{{"details":"{}{PASSWORD} is wrong"}}"#,
            "x".repeat(before)
        );
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::Token).status(401).json(&body));
        let error = logged_in(&registry)
            .tags(&app(&registry))
            .await
            .unwrap_err();
        let notes = error.notes().join("\n");
        assert!(notes.contains("xxx") && !notes.contains("xc"), "{notes}");
    }
}

#[tokio::test]
async fn an_unsafe_realm_is_not_asked() {
    for realm in [
        "http://auth.example/token",
        "https://10.0.0.1/token",
        "https://169.254.169.254/token",
        "ftp://127.0.0.1/token",
    ] {
        let registry = registry_with(1).await;
        registry.require(AuthMode::bearer().user("bot", PASSWORD).realm(realm));
        let error = logged_in(&registry)
            .tags(&app(&registry))
            .await
            .unwrap_err();
        assert_eq!(error.code(), Code::UnsafeRealm, "{realm}: {error}");
        assert_eq!(registry.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_token_realm_that_fails_is_named() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().anonymous());
    for (behaviour, code) in [
        (
            Behaviour::on(Operation::Token).status(500),
            Code::RegistryFailed,
        ),
        (
            Behaviour::on(Operation::Token).status(404),
            Code::RegistryFailed,
        ),
        (
            Behaviour::on(Operation::Token).html("<html>"),
            Code::RegistryInvalid,
        ),
        (
            Behaviour::on(Operation::Token).json("{}"),
            Code::RegistryInvalid,
        ),
        (
            Behaviour::on(Operation::Token).json(r#"{"token":"a\nb"}"#),
            Code::RegistryInvalid,
        ),
        (
            Behaviour::on(Operation::Token).oversized(1 << 40),
            Code::TooLarge,
        ),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let error = client().tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
}

#[tokio::test]
async fn an_expired_token_is_said_to_have_expired() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", "other"));
    // It ended in 2001.
    let token = "e30.eyJleHAiOjEwMDAwMDAwMDB9.c2ln";
    let credential = Credential::registry_token(Secret::new(token), "a test");
    let client = with(&registry, credential).build().unwrap();
    let error = client.tags(&app(&registry)).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with(": the token expired at 2001-09-09T01:46:40Z"),
        "{text}"
    );
    assert_eq!(error.code(), Code::Denied);
    // One that does not say so itself.
    let registry = registry_with(1).await;
    let told = r#"{"errors":[{"code":"UNAUTHORIZED","message":"token expired"}]}"#;
    registry.behave(Behaviour::on(Operation::Tags).status(401).json(told));
    let error = super::super::client()
        .tags(&app(&registry))
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with(": the token has expired"), "{text}");
}
