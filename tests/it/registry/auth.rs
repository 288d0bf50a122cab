use imagelock::embedded::{Auth, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{self, Credential, CredentialStore, Secret};

use super::*;

const PASSWORD: &str = "canary-password";
/// `bot:canary-password`.
const ENCODED: &str = "Ym90OmNhbmFyeS1wYXNzd29yZA==";

fn with(registry: &Registry, credential: Credential) -> ClientBuilder {
    builder().auth(registry.address(), registry::Auth::Credential(credential))
}

fn password(text: &str) -> Credential {
    Credential::basic("bot", Secret::new(text), "environment variable BOT_TOKEN")
}

fn logged_in(registry: &Registry) -> Client {
    with(registry, password(PASSWORD))
        .build()
        .expect("a client")
}

/// A registry with `team/app0` to `team/app9`.
async fn registry_of_ten() -> (Registry, Vec<Repository>) {
    let registry = registry().await;
    let repositories = (0..10)
        .map(|index| {
            let path = format!("team/app{index}");
            registry
                .store()
                .publish(&path, "1", &ImageSpec::new(path.as_str()));
            repository(&registry, &path)
        })
        .collect();
    (registry, repositories)
}

fn statuses(registry: &Registry) -> Vec<(Operation, u16)> {
    let requests = registry.requests().into_iter();
    requests
        .map(|request| (request.operation, request.status.unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn basic_is_answered_and_then_remembered() {
    let (registry, repositories) = registry_of_ten().await;
    registry.require(Auth::basic().user("bot", PASSWORD));
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
    registry.require(Auth::bearer().anonymous().service("reg & co"));
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
    registry.require(Auth::bearer().user("bot", PASSWORD).expires_in(300));
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
    registry.require(Auth::bearer().user("bot", PASSWORD));
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
        Auth::bearer()
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
    registry.require(Auth::bearer());
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
        let mut auth = Auth::bearer().or_basic().user("bot", PASSWORD);
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

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_for_each_request() {
    let registry = registry_with(3).await;
    registry.require(Auth::bearer().anonymous().token_uses(1));
    registry.behave(Behaviour::on(Operation::Tags).page_size(1));
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(tags.len(), 3);
    assert_eq!(registry.count(Operation::Token), 3);
}

#[tokio::test]
async fn tokens_that_no_longer_hold_are_replaced_by_one_of_many_tasks() {
    let registry = registry_with(8).await;
    registry.require(Auth::bearer().anonymous());
    let (client, app) = (client(), app(&registry));
    client.tags(&app).await.unwrap();
    registry.revoke_tokens();
    let targets: Vec<_> = (1..=8).map(|index| tag(&index.to_string())).collect();
    let all = targets.iter().map(|target| client.head(&app, target));
    let all = futures_util::future::join_all(all).await;
    assert!(all.into_iter().all(|digest| digest.is_ok()));
    assert_eq!(registry.count(Operation::Token), 2);
}

#[tokio::test]
async fn a_registry_that_refuses_every_token_gets_two() {
    let registry = registry_with(1).await;
    registry.require(Auth::bearer().anonymous());
    let refusal = Behaviour::on(Operation::Tags).status(401);
    registry.behave(refusal.header(
        "www-authenticate",
        r#"Bearer realm="http://{address}/token",error="invalid_token""#,
    ));
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Denied);
    assert_eq!(registry.count(Operation::Token), 2);
    assert!(
        all_of(&error).contains("no credentials were found"),
        "{error}"
    );
    let help = error.help().unwrap();
    assert!(
        help.contains(&format!("docker login {}", registry.address())),
        "{help}"
    );
}

#[tokio::test]
async fn a_scope_that_is_too_small_is_widened_once() {
    let registry = registry_with(1).await;
    registry.require(Auth::bearer().anonymous());
    let refusal = Behaviour::on(Operation::Tags).times(1).status(401);
    let scope = "repository:team/app:pull repository:team/base:pull";
    let header = format!(
        r#"Bearer realm="http://{{address}}/token",scope="{scope}",error="insufficient_scope""#
    );
    registry.behave(refusal.header("www-authenticate", &header));
    client().tags(&app(&registry)).await.unwrap();
    let tokens: Vec<_> = registry
        .requests()
        .into_iter()
        .filter(|request| request.operation == Operation::Token)
        .collect();
    assert_eq!(tokens.len(), 2);
    assert!(tokens[1].path.contains("team%2Fbase"), "{}", tokens[1].path);
}

#[tokio::test]
async fn a_refusal_without_a_challenge_is_looked_up_once() {
    for status in [401, 403] {
        let (registry, repositories) = registry_of_ten().await;
        let challenge = r#"Basic realm="x""#;
        registry.behave(
            Behaviour::on(Operation::Ping)
                .status(401)
                .header("www-authenticate", challenge),
        );
        registry.behave(Behaviour::on(Operation::Tags).times(1).status(status));
        let client = logged_in(&registry);
        client.tags(&repositories[0]).await.unwrap();
        client.tags(&repositories[1]).await.unwrap();
        assert_eq!(registry.count(Operation::Ping), 1);
        let last = registry.requests().pop().unwrap();
        assert_eq!(
            last.authorization(),
            Some(format!("Basic {ENCODED}").as_str())
        );
    }
}

#[tokio::test]
async fn wrong_credentials_are_named_by_their_source() {
    for auth in [
        Auth::bearer().user("bot", "other"),
        Auth::basic().user("bot", "other"),
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
    registry.require(Auth::bearer().user("bot", "other").anonymous());
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
    registry.require(Auth::bearer().user("bot", PASSWORD).anonymous());
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
    registry.require(Auth::bearer().user("bot", PASSWORD));
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
    registry.require(Auth::bearer().user("bot", PASSWORD));
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
        registry.require(Auth::bearer().user("bot", PASSWORD).realm(realm));
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
    registry.require(Auth::bearer().anonymous());
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
async fn credentials_come_from_files_by_path() {
    let registry = registry().await;
    for path in ["acme/api", "other/api"] {
        registry.store().publish(path, "1", &ImageSpec::new(path));
    }
    registry.require(Auth::basic().user("bot", PASSWORD).user("host", "p"));
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
    registry.require(Auth::basic().user("bot", PASSWORD));
    let error = build().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Credentials);
    assert!(error.to_string().contains("the file X"), "{error}");
    assert!(!all_of(&error).contains("canary"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_helper_is_asked_once() {
    let (registry, repositories) = registry_of_ten().await;
    registry.require(Auth::bearer().user("bot", PASSWORD));
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
        .helper_folder(folder.path());
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
    registry.require(Auth::basic().user("bot", PASSWORD));
    let helpers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let text = format!(r#"{{"credHelpers":{{"{}":"broken"}}}}"#, registry.address());
    let store = CredentialStore::new()
        .text("a test", text)
        .helper_folder(helpers);
    let client = builder().credentials(store).build().unwrap();
    let error = client.tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::Credentials);
    assert!(
        error.to_string().contains("docker-credential-broken"),
        "{error}"
    );
    assert!(!all_of(&error).contains("canary"), "{error}");
}
