use imagelock::embedded::{self, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::image::Digest;
use imagelock::registry::{Auth, Credential, Secret};

use super::*;

const PASSWORD: &str = "canary-password";

fn logged_in(registry: &Registry) -> Client {
    let credential = Credential::basic("bot", Secret::new(PASSWORD), "a test");
    builder()
        .auth(registry.address(), Auth::Credential(credential))
        .build()
        .expect("a client")
}

#[tokio::test]
async fn credentials_do_not_follow_to_another_port_or_host() {
    let registry = registry_with(1).await;
    registry.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    let store = registry_with(1).await;
    let port = store.address().rsplit_once(':').unwrap().1;
    for target in [
        store.url("{path}"),
        format!("http://localhost:{port}{{path}}"),
    ] {
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::ManifestGet).redirect(&target));
        let manifest = logged_in(&registry)
            .manifest(&app(&registry), &tag("1"))
            .await
            .unwrap();
        assert_eq!(manifest.digest, Digest::sha256_of(&manifest.bytes));
    }
    assert_eq!(store.requests().len(), 2);
    for request in store.requests() {
        assert_eq!(request.authorization(), None);
        assert!(!request.contains(PASSWORD));
    }
}

#[tokio::test]
async fn credentials_stay_on_a_redirect_within_the_host() {
    let registry = registry_with(1).await;
    registry.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    let moved = Behaviour::on(Operation::Tags).times(1);
    registry.behave(moved.redirect("/v2/team/app/tags/list"));
    assert_eq!(
        logged_in(&registry)
            .tags(&app(&registry))
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_host_redirected_to_gets_an_anonymous_token_of_its_own() {
    let registry = registry_with(1).await;
    registry.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    let regional = registry_with(1).await;
    regional.require(
        embedded::AuthMode::bearer()
            .user("bot", PASSWORD)
            .anonymous(),
    );
    registry.behave(Behaviour::on(Operation::ManifestHead).redirect(&regional.url("{path}")));
    logged_in(&registry)
        .head(&app(&registry), &tag("1"))
        .await
        .unwrap();
    assert_eq!(regional.count(Operation::Token), 1);
    let basic = regional.requests().into_iter().find(|request| {
        request
            .authorization()
            .is_some_and(|header| header.starts_with("Basic"))
    });
    assert_eq!(basic, None);
}

#[tokio::test]
async fn a_refusal_elsewhere_is_not_answered_with_our_credentials() {
    let registry = registry_with(1).await;
    registry.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    let evil = registry_with(1).await;
    evil.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    registry.behave(Behaviour::on(Operation::Tags).redirect(&evil.url("{path}")));
    let error = logged_in(&registry)
        .tags(&app(&registry))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Denied);
    assert!(all_of(&error).contains(evil.address()), "{error}");
    assert!(
        evil.requests()
            .iter()
            .all(|request| request.authorization().is_none())
    );
}

#[tokio::test]
async fn redirects_to_private_addresses_or_without_end_are_refused() {
    let registry = registry_with(1).await;
    for target in [
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/x",
    ] {
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::Tags).redirect(target));
        let error = client().tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), Code::UnsafeRealm, "{target}: {error}");
    }
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Tags).redirect("{path}"));
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::RegistryInvalid);
    assert!(error.to_string().contains("redirects too often"), "{error}");
}
