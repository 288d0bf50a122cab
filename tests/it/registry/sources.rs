//! Sources of credentials that give several, or fail in their own ways.

use imagelock::embedded::AuthMode as Wanted;
use imagelock::error::Code;
use imagelock::registry::{Auth, CredentialStore};

use super::*;

const PASSWORD: &str = "canary-password";

fn helpers(store: CredentialStore) -> CredentialStore {
    store.helper_folders([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures").into()])
}

async fn ask(registry: &Registry, store: CredentialStore) -> Result<(), RegistryError> {
    let store = helpers(store);
    let client = builder().auth(registry.address(), Auth::Store(store));
    let tags = client.build().unwrap().tags(&app(registry)).await;
    tags.map(|_| ())
}

#[cfg(unix)]
#[tokio::test]
async fn helpers_that_fail_are_named_and_never_quoted() {
    let registry = registry_with(1).await;
    registry.require(Wanted::basic().user("bot", PASSWORD));
    for (name, reason) in [
        ("hangs", "did not answer within"),
        ("crashes", "failed"),
        ("broken", "failed"),
        ("empty", "there are none for"),
        ("no-such-helper", "is not installed"),
    ] {
        let host = registry.address();
        let patience = Duration::from_millis(if name == "hangs" { 100 } else { 20_000 });
        let store = CredentialStore::new().helper_patience(patience).required();
        let by_name = store.clone().helper(name);
        let text = format!(r#"{{"credHelpers":{{"{host}":"{name}"}}}}"#);
        let by_file = store.text("a file", text);
        for store in [by_name, by_file] {
            let error = ask(&registry, store).await.unwrap_err();
            let shown = all_of(&error);
            assert_eq!(error.code(), Code::Credentials, "{name}: {shown}");
            assert!(shown.contains(reason), "{name}: {shown}");
            assert!(shown.contains(host), "{name}: {shown}");
            assert!(!shown.contains("canary"), "{name}: {shown}");
        }
    }
    // Not one request had a proof, and the registry was asked once each time.
    assert_eq!(registry.requests().len(), 10);
    for request in registry.requests() {
        assert_eq!(request.authorization(), None);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_helper_that_has_nothing_is_no_failure_where_nothing_is_asked_of_it() {
    let registry = registry_with(1).await;
    registry.require(Wanted::bearer().anonymous());
    for helper in ["empty", "no-such-helper"] {
        let text = format!(r#"{{"credsStore":"{helper}"}}"#);
        let store = CredentialStore::new().text("a file", text);
        ask(&registry, store).await.unwrap();
    }
}

#[tokio::test]
async fn all_that_fits_of_a_kubernetes_secret_is_tried_in_turn() {
    let registry = registry_with(1).await;
    registry.require(Wanted::bearer().user("bot", PASSWORD));
    let host = registry.address();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pull.json");
    let entry = |password: &str| format!(r#"{{"username":"bot","password":"{password}"}}"#);
    let text = format!(
        r#"{{"auths":{{"{host}/team/app":{},"{host}/team":{},"{host}":{},"*.example.com":{}}}}}"#,
        entry("canary-one"),
        entry("canary-two"),
        entry(PASSWORD),
        entry("canary-four"),
    );
    std::fs::write(&file, text).unwrap();
    let store = CredentialStore::new().kubernetes_secret(&file).required();
    let recorder = Recorder::default();
    let client = builder()
        .auth(host, Auth::Store(store))
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    client.tags(&app(&registry)).await.unwrap();
    let events = recorder.events();
    let next: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::NextCredential { next, .. } => Some(next.rsplit_once('`').unwrap().0),
            _ => None,
        })
        .map(|text| text.rsplit_once('`').unwrap().1)
        .collect();
    assert_eq!(next, [&format!("{host}/team"), host]);
    assert!(!format!("{events:?}").contains("canary"), "{events:?}");
}

#[tokio::test]
async fn a_secret_that_has_nothing_for_the_registry_is_an_error() {
    let registry = registry_with(1).await;
    registry.require(Wanted::bearer().anonymous());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pull.json");
    let store = || CredentialStore::new().kubernetes_secret(&file).required();
    let error = ask(&registry, store()).await.unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    std::fs::write(&file, r#"{"auths":{"other.example":{"auth":"eDp5"}}}"#).unwrap();
    let error = ask(&registry, store()).await.unwrap_err();
    let path = format!("there are none for {}/team/app", registry.address());
    assert!(error.to_string().contains(&path), "{error}");
}

#[tokio::test]
async fn no_credentials_are_looked_for_where_none_are_wanted() {
    let registry = registry_with(1).await;
    registry.require(Wanted::bearer().anonymous());
    let broken = CredentialStore::new().text("a file", "{");
    let client = builder()
        .credentials(broken)
        .auth(registry.address(), Auth::Anonymous);
    client.build().unwrap().tags(&app(&registry)).await.unwrap();
}
