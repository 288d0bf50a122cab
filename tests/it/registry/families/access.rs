//! With credentials and without.

use imagelock::embedded::LoggedRequest;
use imagelock::observe::Event;
use imagelock::registry::{Credential, Secret};

use super::support::SOURCE;
use super::*;

fn proves_with(request: &LoggedRequest, scheme: &str) -> bool {
    request
        .authorization()
        .is_some_and(|header| header.starts_with(scheme))
}

#[tokio::test]
async fn strangers_pull_what_is_public_and_elsewhere_are_told_to_log_in() {
    for family in families().await {
        let name = family.name();
        let outcome = family.stranger().tags(&family.repository("few")).await;
        for request in family.registry.requests() {
            assert!(!proves_with(&request, "Basic"), "{name}: {request:?}");
        }
        if family.profile.is_public() {
            assert_eq!(outcome.unwrap().len(), 3, "{name}");
            continue;
        }
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Denied { source: None }, "{name}");
        let help = error.help().unwrap();
        let login = format!("docker login {}", family.profile.host());
        assert!(help.contains(&login), "{name}: {help}");
        family.is_discreet(Some(&error));
    }
}

#[tokio::test]
async fn a_password_opens_what_is_private_and_goes_where_it_must_alone() {
    for family in families().await {
        let name = family.name();
        let secret = family.repository("secret");
        let tags = family.user(PASSWORD).tags(&secret).await;
        let tags = tags.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(texts(&tags), ["1.0"], "{name}");
        let requests = family.registry.requests();
        let tokens = family.count(Operation::Token);
        for request in &requests {
            // Where there are tokens, the password is for them and for nothing else.
            let may_show = tokens == 0 || request.operation == Operation::Token;
            assert!(
                may_show || !proves_with(request, "Basic"),
                "{name}: {request:?}"
            );
            assert!(!request.path.contains("canary"), "{name}");
        }
        if let Some(behind) = family.registry.behind() {
            let seen = behind.requests();
            let basic = seen.iter().any(|request| proves_with(request, "Basic"));
            assert!(!basic, "{name}: {seen:#?}");
        }
        // The refusal, the token, the list, and an empty page where the list ends in one.
        assert!(requests.len() <= 4, "{name}: {requests:#?}");
        family.is_discreet(None);
    }
}

#[tokio::test]
async fn an_identity_token_is_exchanged_where_the_registry_does_that() {
    let mut count = 0;
    for family in families().await {
        if !family.profile.takes_identity_tokens() {
            continue;
        }
        let name = family.name();
        count += 1;
        let identity = Credential::identity_token(Secret::new(IDENTITY), SOURCE);
        let tags = family
            .with(identity)
            .tags(&family.repository("secret"))
            .await;
        assert_eq!(tags.unwrap().len(), 1, "{name}");
        for request in family.registry.requests() {
            let is_token = request.operation == Operation::Token;
            assert_eq!(request.form.contains(IDENTITY), is_token, "{name}");
            assert!(!request.path.contains(IDENTITY), "{name}");
        }
        family.is_discreet(None);
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_password_that_is_no_longer_good_does_not_close_what_is_public() {
    for family in families().await {
        let name = family.name();
        let client = family.user("canary-wrong");
        let outcome = client.tags(&family.repository("few")).await;
        if family.profile.is_public() {
            assert_eq!(outcome.unwrap().len(), 3, "{name}");
            // Told once, and then done without.
            client
                .head(&family.repository("few"), &tag("1.0"))
                .await
                .unwrap();
            let told = family.events(|event| matches!(event, Event::Anonymous { .. }));
            let asks_for_proof = family.registry.count(Operation::Token) > 0;
            assert_eq!(told, usize::from(asks_for_proof), "{name}");
        } else {
            let error = outcome.unwrap_err();
            let source = Some(SOURCE.to_owned());
            assert_eq!(error.kind(), &ErrorKind::Denied { source }, "{name}");
            assert!(all_of(&error).contains(SOURCE), "{name}: {error}");
            family.is_discreet(Some(&error));
        }
        assert!(family.count(Operation::Token) <= 2, "{name}");
    }
}
