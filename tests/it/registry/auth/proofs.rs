//! How challenges are answered.

use imagelock::embedded::{AuthMode, Operation};
use imagelock::error::Code;
use imagelock::registry::{Credential, Secret};

use super::super::*;
use super::support::*;

#[tokio::test]
async fn basic_is_answered_and_then_remembered() {
    let (registry, repositories) = registry_of_ten().await;
    registry.require(AuthMode::basic().user("bot", PASSWORD));
    let client = logged_in(&registry);
    for repository in &repositories[..3] {
        client.tags(repository).await.unwrap();
    }
    let tags = Operation::Tags;
    assert_eq!(
        statuses(&registry),
        [(tags, 401), (tags, 200), (tags, 200), (tags, 200)]
    );
}

#[tokio::test]
async fn anonymous_tokens_are_fetched_for_the_repository() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().anonymous().service("reg & co"));
    client().tags(&app(&registry)).await.unwrap();
    let requests = registry.requests();
    assert_eq!(requests[1].operation, Operation::Token);
    let query = requests[1].path.split_once('?').unwrap().1;
    let fields: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(field("service"), Some("reg & co"));
    assert_eq!(field("scope"), Some("repository:team/app:pull"));
    assert_eq!(requests[1].authorization(), None);
}

#[tokio::test]
async fn each_token_is_fetched_once_and_one_request_finds_out_that_they_are_needed() {
    let (registry, repositories) = registry_of_ten().await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD).expires_in(300));
    let client = logged_in(&registry);
    let target = tag("1");
    // Twenty tasks, two for each repository.
    let all = repositories.iter().map(|repository| {
        let (client, target) = (&client, &target);
        async move { tokio::join!(client.tags(repository), client.head(repository, target)) }
    });
    for (tags, digest) in futures_util::future::join_all(all).await {
        assert!(tags.is_ok() && digest.is_ok());
    }
    assert_eq!(registry.count(Operation::Token), 10);
    let refused = statuses(&registry)
        .into_iter()
        .filter(|(_, status)| *status == 401);
    assert_eq!(refused.count(), 1);
}

#[tokio::test]
async fn passwords_go_to_the_token_realm_and_nowhere_else() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD));
    let recorder = Recorder::default();
    let client = with(&registry, password(PASSWORD)).observer(Arc::new(recorder.clone()));
    client.build().unwrap().tags(&app(&registry)).await.unwrap();
    for request in registry.requests() {
        let sent = request.contains(PASSWORD) || request.contains(ENCODED);
        assert_eq!(sent, request.operation == Operation::Token);
    }
    let token = registry
        .requests()
        .into_iter()
        .find(|request| request.operation == Operation::Token);
    let header = token.unwrap().authorization().map(ToOwned::to_owned);
    assert_eq!(header, Some(format!("Basic {ENCODED}")));
    let events = format!("{:?}", recorder.events());
    assert!(
        !events.contains("canary") && !events.contains("embedded-token"),
        "{events}"
    );
}

#[tokio::test]
async fn identity_tokens_are_exchanged_in_the_body_of_a_post() {
    let registry = registry_with(1).await;
    registry.require(
        AuthMode::bearer()
            .identity_token("canary-identity")
            .token_field("access_token"),
    );
    let credential = Credential::identity_token(Secret::new("canary-identity"), "a test");
    with(&registry, credential)
        .build()
        .unwrap()
        .tags(&app(&registry))
        .await
        .unwrap();
    let requests = registry.requests();
    assert_eq!(
        (requests[1].operation, requests[1].method.as_str()),
        (Operation::Token, "POST")
    );
    assert!(requests[1].form.contains("refresh_token=canary-identity"));
    assert!(
        requests
            .iter()
            .all(|request| !request.path.contains("canary"))
    );
}

#[tokio::test]
async fn registry_tokens_are_sent_as_they_are() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::bearer());
    let credential = Credential::registry_token(Secret::new("canary-token"), "a test");
    let client = with(&registry, credential).build().unwrap();
    let error = client.tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Denied);
    assert_eq!(
        registry.requests()[1].authorization(),
        Some("Bearer canary-token")
    );
    assert!(!all_of(&error).contains("canary"), "{error}");
}

#[tokio::test]
async fn challenges_come_in_many_forms() {
    for lines in [
        &[r#"Bearer realm="{realm}",service="{service}",scope="{scope}",Basic realm="x""#][..],
        &[
            r#"Basic realm="x""#,
            r#"Bearer realm="{realm}",service="{service}",scope="*""#,
        ],
        &["NTLM", "bearer REALM={realm} , Service={service}"],
        &[r#"Negotiate, Bearer realm="{realm}""#],
        &[r#"Negotiate abc=, Basic realm="x\"y""#],
    ] {
        let registry = registry_with(1).await;
        let mut auth = AuthMode::bearer().or_basic().user("bot", PASSWORD);
        for line in lines {
            auth = auth.challenge(line);
        }
        registry.require(auth);
        let tags = logged_in(&registry).tags(&app(&registry)).await;
        assert!(tags.is_ok(), "{lines:?}: {tags:?}");
        let bearer = lines
            .iter()
            .any(|line| line.to_lowercase().contains("bearer"));
        assert_eq!(
            registry.count(Operation::Token),
            usize::from(bearer),
            "{lines:?}"
        );
    }
}
