//! How often a credential is shown that nobody wants.

use futures_util::future::{join, join_all};
use imagelock::embedded::{Auth, Behaviour, Gate, ImageSpec, Operation, Registry};
use imagelock::error::{Code, Fault as _};
use imagelock::image::Repository;
use imagelock::registry::{self, Client, Credential, CredentialStore, Secret};

use super::support::{builder, registry as started, repository};

/// A registry with twenty repositories.
async fn of_twenty() -> (Registry, Vec<Repository>) {
    let registry = started().await;
    let publish = |index: usize| {
        let path = format!("team/app{index}");
        let image = ImageSpec::new(path.as_str());
        registry.store().publish(&path, "1", &image);
        repository(&registry, &path)
    };
    let repositories = (0..20).map(publish).collect();
    (registry, repositories)
}

fn with(registry: &Registry, password: &str) -> Client {
    let credential = Credential::basic("bot", Secret::new(password), "a test");
    let auth = registry::Auth::Credential(credential);
    let client = builder().auth(registry.address(), auth).build();
    client.expect("a client")
}

async fn codes(client: &Client, repositories: &[Repository]) -> Vec<Option<Code>> {
    let asked = repositories
        .iter()
        .map(|repository| client.tags(repository));
    let outcomes = join_all(asked).await.into_iter();
    outcomes
        .map(|outcome| outcome.err().map(|error| error.code()))
        .collect()
}

/// Counts the requests that showed this login (`user:password` in base64).
fn shown(registry: &Registry, login: &str) -> usize {
    let requests = registry.requests();
    let has_login = |text: Option<&str>| text.is_some_and(|text| text.ends_with(login));
    requests
        .iter()
        .filter(|request| has_login(request.authorization()))
        .count()
}

#[tokio::test]
async fn a_wrong_password_does_not_lock_an_account() {
    for auth in [Auth::basic(), Auth::bearer()] {
        let (registry, repositories) = of_twenty().await;
        registry.require(auth.user("bot", "right"));
        let client = with(&registry, "wrong");
        let codes = codes(&client, &repositories).await;
        assert!(codes.iter().all(|code| *code == Some(Code::Denied)));
        assert_eq!(shown(&registry, "Ym90Ondyb25n"), 3);
    }
}

#[tokio::test]
async fn a_password_that_is_good_is_shown_for_all() {
    for auth in [Auth::basic(), Auth::bearer()] {
        let (registry, repositories) = of_twenty().await;
        registry.require(auth.user("bot", "right"));
        let client = with(&registry, "right");
        let codes = codes(&client, &repositories).await;
        assert!(codes.iter().all(Option::is_none));
        assert_eq!(shown(&registry, "Ym90OnJpZ2h0"), 20);
    }
}

#[tokio::test]
async fn two_secrets_of_one_registry_are_both_tried_in_their_order() {
    for auth in [Auth::basic(), Auth::bearer()] {
        let (registry, repositories) = of_twenty().await;
        registry.require(auth.user("bot", "right"));
        let secret = |name: &str, password: &str| {
            let entry = serde_json::json!({ "username": "bot", "password": password });
            let auths = serde_json::json!({ registry.address(): entry });
            format!(
                "kind: Secret\nmetadata:\n  name: {name}\nstringData:\n  .dockercfg: '{auths}'\n"
            )
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.yaml");
        let text = format!("{}---\n{}", secret("old", "wrong"), secret("new", "right"));
        std::fs::write(&file, text).unwrap();
        let store = CredentialStore::new().kubernetes_secret(&file).required();
        let auth = registry::Auth::Store(store);
        let client = builder().auth(registry.address(), auth).build().unwrap();
        let status = client.credential_status(registry.address(), "").await;
        let status = status.unwrap();
        let source = status.source.unwrap_or_default();
        assert!(source.contains("Secret old"), "{source}");
        let codes = codes(&client, &repositories[..5]).await;
        assert!(codes.iter().all(Option::is_none), "{codes:?}");
        assert_eq!(shown(&registry, "Ym90Ondyb25n"), 3);
    }
}

#[tokio::test]
async fn what_fails_otherwise_is_not_waited_for_one_by_one() {
    let (registry, repositories) = of_twenty().await;
    registry.require(Auth::basic().user("bot", "right"));
    let client = with(&registry, "right");
    // The answer to the first with the password breaks off.
    let behaviour = Behaviour::on(Operation::Tags).repository("team/app0");
    registry.behave(behaviour.hang_up());
    assert_eq!(
        codes(&client, &repositories[..1]).await,
        [Some(Code::Unreachable)]
    );
    // All others come before any of them is answered.
    let gate = Gate::new();
    for repository in &repositories[1..8] {
        let behaviour = Behaviour::on(Operation::Tags).repository(repository.path());
        registry.behave(behaviour.wait_at(&gate));
    }
    let release = async {
        gate.arrived(7).await;
        gate.open();
    };
    let (codes, ()) = join(codes(&client, &repositories[1..8]), release).await;
    assert!(codes.iter().all(Option::is_none), "{codes:?}");
}
