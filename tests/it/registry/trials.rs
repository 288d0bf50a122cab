//! How often a credential is shown that nobody wants.

use futures_util::future::{join, join_all};
use imagelock::embedded::{AuthMode, Behaviour, Gate, Operation, Registry, TestImage};
use imagelock::error::{Code, Fault as _};
use imagelock::image::Repository;
use imagelock::registry::{self, Client, Credential, CredentialStore, Secret};

use super::support::{builder, registry as started, repository};

/// A registry with twenty repositories.
async fn of_twenty() -> (Registry, Vec<Repository>) {
    let registry = started().await;
    let publish = |index: usize| {
        let path = format!("team/app{index}");
        let image = TestImage::new(path.as_str());
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
    for auth in [AuthMode::basic(), AuthMode::bearer()] {
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
    for auth in [AuthMode::basic(), AuthMode::bearer()] {
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
    for auth in [AuthMode::basic(), AuthMode::bearer()] {
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
async fn a_wrong_password_is_sent_three_times_whatever_the_realm_answers() {
    let realm = || Behaviour::on(Operation::Token);
    let blamed = r#"{"details":"incorrect username or password"}"#;
    let mut answers = vec![
        (
            "a redirect to itself",
            realm().redirect("http://{address}{path}"),
        ),
        ("a page to log in", realm().html("<h1>Log in</h1>")),
        ("no answer", realm().hang_up()),
    ];
    for status in [400, 401, 403, 404, 405, 408, 418, 429, 500, 502, 503, 504] {
        answers.push(("an error", realm().status(status)));
        answers.push(("words", realm().status(status).body(blamed)));
        answers.push(("soon", realm().status(status).header("retry-after", "0")));
    }
    for (answer, behaviour) in answers {
        let shown_as = format!("{answer}: {behaviour:?}");
        let (registry, repositories) = of_twenty().await;
        registry.require(AuthMode::bearer().user("bot", "right"));
        registry.behave(behaviour);
        let codes = codes(&with(&registry, "wrong"), &repositories).await;
        assert!(codes.iter().all(Option::is_some), "{shown_as}");
        assert_eq!(shown(&registry, "Ym90Ondyb25n"), 3, "{shown_as}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_sent_three_times_whatever_the_registry_answers() {
    let blamed = r#"{"message":"incorrect username or password"}"#;
    for status in [400, 401, 403, 404, 429, 500, 503] {
        let (registry, repositories) = of_twenty().await;
        // It asks for a password, and answers so whatever that is.
        registry.require(AuthMode::basic().user("bot", "wrong"));
        let refusal = Behaviour::on(Operation::Tags).status(status);
        registry.behave(refusal.body(blamed));
        let codes = codes(&with(&registry, "wrong"), &repositories).await;
        assert!(codes.iter().all(Option::is_some), "{status}");
        assert_eq!(shown(&registry, "Ym90Ondyb25n"), 3, "{status}");
    }
}

#[tokio::test]
async fn a_realm_with_another_address_for_each_repository_is_one_place() {
    let (registry, repositories) = of_twenty().await;
    let challenge = r#"Bearer realm="http://{address}/token?for={scope}",service="x""#;
    let challenge = challenge.replace("{address}", registry.address());
    registry.require(
        AuthMode::bearer()
            .user("bot", "right")
            .challenge(&challenge),
    );
    codes(&with(&registry, "wrong"), &repositories).await;
    assert_eq!(shown(&registry, "Ym90Ondyb25n"), 3);
}

#[tokio::test]
async fn one_repository_that_fails_does_not_use_up_the_tries_of_all() {
    for auth in [AuthMode::basic(), AuthMode::bearer()] {
        let (registry, repositories) = of_twenty().await;
        registry.require(auth.user("bot", "right"));
        let fails = Behaviour::on(Operation::Tags).repository("team/app0");
        registry.behave(fails.hang_up());
        let codes = codes(&with(&registry, "right"), &repositories).await;
        assert_eq!(codes[0], Some(Code::Unreachable));
        assert!(codes[1..].iter().all(Option::is_none), "{codes:?}");
    }
}

#[tokio::test]
async fn once_a_password_was_accepted_all_send_it_at_once() {
    let (registry, repositories) = of_twenty().await;
    registry.require(AuthMode::basic().user("bot", "right"));
    let client = with(&registry, "right");
    assert_eq!(codes(&client, &repositories[..1]).await, [None]);
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).wait_at(&gate));
    let release = async {
        gate.arrived(7).await;
        gate.open();
    };
    let (codes, ()) = join(codes(&client, &repositories[1..8]), release).await;
    assert!(codes.iter().all(Option::is_none), "{codes:?}");
}
