//! Credentials in files and of helpers.

use imagelock::embedded::AuthMode;
use imagelock::error::Code;
use imagelock::registry::CredentialStore;

use super::super::*;
use super::support::*;

#[tokio::test]
async fn credentials_come_from_files_by_path() {
    let registry = registry().await;
    for path in ["acme/api", "other/api"] {
        registry.store().publish(path, "1", &TestImage::new(path));
    }
    registry.require(AuthMode::basic().user("bot", PASSWORD).user("host", "p"));
    let host = registry.address();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("auth.json");
    let text = format!(
        r#"{{"auths":{{"{host}":{{"username":"host","password":"p"}},"{host}/acme":{{"auth":"{ENCODED}"}}}}}}"#
    );
    std::fs::write(&file, text).unwrap();
    let store = CredentialStore::new()
        .file(folder.path().join("none.json"))
        .file(&file);
    let client = builder().credentials(store).build().unwrap();
    client
        .tags(&repository(&registry, "acme/api"))
        .await
        .unwrap();
    let user = |index: usize| {
        registry.requests()[index]
            .authorization()
            .map(ToOwned::to_owned)
    };
    assert_eq!(user(1), Some(format!("Basic {ENCODED}")));
    client
        .tags(&repository(&registry, "other/api"))
        .await
        .unwrap();
    assert_eq!(user(2).as_deref(), Some("Basic aG9zdDpw"));
}

#[tokio::test]
async fn a_broken_file_is_named_and_matters_only_where_credentials_are_wanted() {
    let registry = registry_with(1).await;
    let build = || {
        let store = CredentialStore::new().text("the file X", r#"{"auths": "canary"}"#);
        builder().credentials(store).build().unwrap()
    };
    build().tags(&app(&registry)).await.unwrap();
    registry.require(AuthMode::basic().user("bot", PASSWORD));
    let error = build().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Credentials);
    assert!(error.to_string().contains("the file X"), "{error}");
    assert!(!all_of(&error).contains("canary"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_helper_is_asked_once() {
    let (registry, repositories) = registry_of_ten().await;
    registry.require(AuthMode::bearer().user("bot", PASSWORD));
    // The helper answers only if it is asked for this registry, and once.
    let folder = tempfile::tempdir().unwrap();
    let helpers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let asked = folder.path().join("asked");
    std::fs::create_dir(&asked).unwrap();
    let link = folder.path().join("docker-credential-fake");
    std::os::unix::fs::symlink(format!("{helpers}/docker-credential-fake"), link).unwrap();
    let text = format!(r#"{{"credHelpers":{{"{}":"fake"}}}}"#, registry.address());
    let store = CredentialStore::new()
        .text("a test", text)
        .helper_folders([folder.path().into()]);
    let client = builder().credentials(store).build().unwrap();
    let all = repositories
        .iter()
        .map(|repository| client.tags(repository));
    for tags in futures_util::future::join_all(all).await {
        tags.unwrap();
    }
    let asked: Vec<_> = std::fs::read_dir(&asked).unwrap().collect();
    assert_eq!(asked.len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_helper_that_fails_is_named_without_its_words() {
    let registry = registry_with(1).await;
    registry.require(AuthMode::basic().user("bot", PASSWORD));
    let helpers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let text = format!(r#"{{"credHelpers":{{"{}":"broken"}}}}"#, registry.address());
    let store = CredentialStore::new()
        .text("a test", text)
        .helper_folders([helpers.into()]);
    let client = builder().credentials(store).build().unwrap();
    let error = client.tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Credentials);
    assert!(
        error.to_string().contains("docker-credential-broken"),
        "{error}"
    );
    assert!(!all_of(&error).contains("canary"), "{error}");
}
