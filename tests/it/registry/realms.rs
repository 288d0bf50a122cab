//! Where tokens come from, and who gets credentials for them.

use imagelock::embedded::{Answers, AuthMode as Wanted, Behaviour};
use imagelock::error::Code;
use imagelock::registry::{Auth, Credential, HostSettings, Secret};

use super::*;

const PASSWORD: &str = "canary-password";

/// A registry whose tokens come from another host: `localhost` instead of `127.0.0.1`.
struct Abroad {
    registry: Registry,
    realm: Answers,
    /// The realm's host and port, by the name that the registry says.
    name: String,
}

impl Abroad {
    /// The realm gives a good token to anybody if it is open, else to the one with the password.
    async fn new(is_open: bool) -> Self {
        let registry = registry_with(1).await;
        let realm = Answers::start().await.unwrap();
        let port = realm.address().rsplit_once(':').unwrap().1.to_string();
        let name = format!("localhost:{port}");
        let url = format!("http://{name}/token");
        registry.require(Wanted::bearer().registry_token("good").realm(&url));
        let token = if is_open { "good" } else { "bad" };
        let body = format!(r#"{{"token":"{token}"}}"#);
        realm.on("GET", "/token", Behaviour::always().json(&body));
        Self {
            registry,
            realm,
            name,
        }
    }

    fn client(&self, realms: &[&str]) -> ClientBuilder {
        let credential = Credential::basic("bot", Secret::new(PASSWORD), "a test");
        let settings = HostSettings {
            token_realms: realms.iter().map(ToString::to_string).collect(),
            ..HostSettings::default()
        };
        builder()
            .auth(self.registry.address(), Auth::Credential(credential))
            .host(self.registry.address(), settings)
    }

    /// Returns how many requests at the realm had credentials.
    fn received(&self) -> usize {
        let requests = self.realm.requests().into_iter();
        requests
            .filter(|request| request.authorization().is_some() || request.contains(PASSWORD))
            .count()
    }
}

#[tokio::test]
async fn a_realm_that_nobody_knows_gets_no_credentials() {
    let abroad = Abroad::new(false).await;
    let client = abroad.client(&[]).build().unwrap();
    let error = client.tags(&app(&abroad.registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::ForeignRealm, "{error}");
    let shown = all_of(&error);
    let advice = format!("token-realms = [\"{}\"]", abroad.name);
    assert!(shown.contains(&advice), "{shown}");
    assert!(shown.contains("came from a test"), "{shown}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    // It was asked, without credentials, and once more when its token was refused.
    assert_eq!((abroad.realm.requests().len(), abroad.received()), (2, 0));
}

#[tokio::test]
async fn what_is_public_is_read_without_sending_credentials_abroad() {
    let abroad = Abroad::new(true).await;
    let recorder = Recorder::default();
    let client = abroad.client(&[]).observer(Arc::new(recorder.clone()));
    let client = client.build().unwrap();
    client.tags(&app(&abroad.registry)).await.unwrap();
    client
        .head(&app(&abroad.registry), &tag("1"))
        .await
        .unwrap();
    assert_eq!(abroad.realm.requests().len(), 1);
    assert_eq!(abroad.received(), 0);
    let expected = Event::ForeignRealm {
        host: abroad.registry.address().into(),
        source: "a test".into(),
        realm: abroad.name.clone(),
    };
    assert!(
        recorder.events().contains(&expected),
        "{:?}",
        recorder.events()
    );
}

#[tokio::test]
async fn a_realm_that_the_settings_name_gets_them() {
    let abroad = Abroad::new(true).await;
    let client = abroad
        .client(&["other.example", &abroad.name])
        .build()
        .unwrap();
    client.tags(&app(&abroad.registry)).await.unwrap();
    assert_eq!((abroad.realm.requests().len(), abroad.received()), (1, 1));
}

#[tokio::test]
async fn a_realm_on_another_port_of_the_host_is_the_registrys_own() {
    let abroad = Abroad::new(true).await;
    let url = abroad.realm.url("/token");
    let wanted = Wanted::bearer().registry_token("good").realm(&url);
    abroad.registry.require(wanted);
    let client = abroad.client(&[]).build().unwrap();
    client.tags(&app(&abroad.registry)).await.unwrap();
    assert_eq!(abroad.received(), 1);
}

#[tokio::test]
async fn a_realm_that_sends_on_does_not_take_credentials_along() {
    let abroad = Abroad::new(true).await;
    let second = Answers::start().await.unwrap();
    second.on(
        "GET",
        "/token",
        Behaviour::always().json(r#"{"token":"good"}"#),
    );
    abroad.realm.forget_answers();
    let moved = Behaviour::always().redirect(&second.url("/token"));
    abroad.realm.on("GET", "/token", moved);
    let client = abroad.client(&[&abroad.name]).build().unwrap();
    client.tags(&app(&abroad.registry)).await.unwrap();
    assert_eq!(abroad.received(), 1);
    assert_eq!(second.requests().len(), 1);
    assert_eq!(second.requests()[0].authorization(), None);
}

#[tokio::test]
async fn a_realm_without_a_host_is_on_the_registry() {
    let registry = registry_with(1).await;
    let challenge = r#"Bearer realm="/token",service="{service}""#;
    registry.require(Wanted::bearer().user("bot", PASSWORD).challenge(challenge));
    let credential = Credential::basic("bot", Secret::new(PASSWORD), "a test");
    let client = builder().auth(registry.address(), Auth::Credential(credential));
    client.build().unwrap().tags(&app(&registry)).await.unwrap();
}
