//! Where a registry may lead: nowhere that only this machine can reach.

use std::net::IpAddr;

use imagelock::embedded::{AuthMode as Wanted, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{Auth, Credential, HostSettings, Proxies, Secret};

use super::*;
use crate::support::proxy::{Manner, Proxy};

/// What clouds serve credentials at.
const METADATA: &str = "169.254.169.254";

/// A client for which `named.test` leads to an address.
fn client_with(address: &str) -> Client {
    let address: IpAddr = address.parse().unwrap();
    let builder = builder().addresses("Named.Test", vec![address]);
    builder.build().unwrap()
}

#[tokio::test]
async fn a_name_that_leads_to_the_metadata_server_is_refused_before_it_is_asked() {
    for operation in [
        Operation::Tags,
        Operation::ManifestHead,
        Operation::ManifestGet,
    ] {
        let registry = registry_with(1).await;
        let behaviour = Behaviour::on(operation);
        registry.behave(behaviour.redirect("http://named.test/latest/meta-data/"));
        let client = client_with(METADATA);
        let error = match operation {
            Operation::Tags => client.tags(&app(&registry)).await.unwrap_err(),
            Operation::ManifestHead => client.head(&app(&registry), &tag("1")).await.unwrap_err(),
            _ => client
                .manifest(&app(&registry), &tag("1"))
                .await
                .unwrap_err(),
        };
        assert_eq!(error.code(), Code::UnsafeRealm, "{error}");
        assert!(error.to_string().contains(METADATA), "{error}");
        assert!(error.to_string().contains(registry.address()), "{error}");
    }
}

#[tokio::test]
async fn so_is_a_token_realm_of_such_a_name() {
    let registry = registry_with(1).await;
    registry.require(
        Wanted::bearer()
            .anonymous()
            .realm("https://named.test/token"),
    );
    let error = client_with(METADATA)
        .tags(&app(&registry))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::UnsafeRealm, "{error}");
    assert!(all_of(&error).contains("named.test"), "{error}");
}

#[tokio::test]
async fn a_registry_on_this_machine_may_lead_to_another_one_here() {
    let registry = registry_with(1).await;
    let other = registry_with(1).await;
    let port = other.address().rsplit_once(':').unwrap().1;
    let target = format!("http://named.test:{port}{{path}}");
    registry.behave(Behaviour::on(Operation::Tags).redirect(&target));
    client_with("127.0.0.1")
        .tags(&app(&registry))
        .await
        .unwrap();
    assert_eq!(other.requests().len(), 1);
}

#[tokio::test]
async fn whoever_names_a_registry_himself_may_name_any() {
    let registry = registry_with(1).await;
    let port = registry.address().rsplit_once(':').unwrap().1;
    let repository = Repository::new(&format!("named.test:{port}"), "team/app").unwrap();
    let settings = HostSettings {
        plain_http: Some(true),
        ..Default::default()
    };
    let client = builder()
        .addresses("named.test", vec!["127.0.0.1".parse().unwrap()])
        .host(repository.registry(), settings)
        .build()
        .unwrap();
    assert_eq!(client.tags(&repository).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_registry_leads_from_where_it_answered_and_not_from_what_its_name_says() {
    let registry = registry_with(1).await;
    let other = registry_with(1).await;
    let proxy = Proxy::start(Manner::Lead);
    let port = |registry: &Registry| registry.address().rsplit_once(':').unwrap().1.to_string();
    let repository =
        Repository::new(&format!("evil.test:{}", port(&registry)), "team/app").unwrap();
    let settings = HostSettings {
        plain_http: Some(true),
        ..HostSettings::default()
    };
    // Its owner says that it is on this machine; what answers is behind a proxy.
    let here = || vec!["127.0.0.1".parse().unwrap()];
    let client = builder()
        .addresses("evil.test", here())
        .addresses("named.test", here())
        .host(repository.registry(), settings)
        .proxies(
            Proxies::none()
                .http(&proxy.url(), "http_proxy")
                .except("named.test"),
        )
        .build()
        .unwrap();
    let target = format!("http://named.test:{}{{path}}", port(&other));
    registry.behave(Behaviour::on(Operation::Tags).redirect(&target));
    let error = client.tags(&repository).await.unwrap_err();
    assert_eq!(error.code(), Code::UnsafeRealm, "{error}");
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn the_challenge_of_another_host_is_not_answered_here() {
    let registry = registry_with(1).await;
    let other = registry_with(1).await;
    other.require(Wanted::basic().user("bot", "canary"));
    registry.behave(Behaviour::on(Operation::Tags).status(401));
    registry.behave(Behaviour::on(Operation::Ping).redirect(&other.url("/v2/")));
    let credential = Credential::basic("bot", Secret::new("canary"), "a test");
    let logged_in = || {
        let auth = Auth::Credential(credential.clone());
        builder().auth(registry.address(), auth).build().unwrap()
    };
    let error = logged_in().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Denied, "{error}");
    let diagnosis = logged_in().diagnose(&app(&registry)).await;
    assert!(diagnosis.failure.is_some());
    for request in registry.requests().iter().chain(&other.requests()) {
        assert_eq!(request.authorization(), None, "{request:?}");
    }
}
