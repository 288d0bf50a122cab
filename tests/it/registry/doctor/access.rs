//! What it wants to see, and what it is shown.

use imagelock::embedded::{self, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::doctor::{AdvisedAuth, Area};

use super::super::*;
use super::support::*;

#[tokio::test]
async fn missing_credentials_are_advised() {
    let registry = registry_with(3).await;
    registry.require(embedded::AuthMode::basic().user("bot", PASSWORD));
    let diagnosis = diagnose(&registry).await;
    assert_eq!(failed(&diagnosis), Some((Area::Access, Code::Denied)));
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "none were found"
    );
    let variable = "REGISTRY_PASSWORD";
    assert_eq!(
        diagnosis.advice.auth,
        Some(AdvisedAuth::Environment { variable })
    );
    let diagnosis = diagnose_as(&registry, PASSWORD).await;
    assert!(diagnosis.is_lockable() && diagnosis.advice.is_empty());
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "accepted: those from a test"
    );
    let diagnosis = diagnose_as(&registry, "wrong").await;
    assert_eq!(failed(&diagnosis), Some((Area::Access, Code::Denied)));
    assert_eq!(
        fact(&diagnosis, Area::Access, "credentials"),
        "refused: those from a test"
    );
    assert!(
        diagnosis.advice.is_empty(),
        "others of the same kind would be refused as well"
    );
}

#[tokio::test]
async fn credentials_that_are_refused_and_not_needed_are_better_left_out() {
    let registry = registry_with(3).await;
    let auth = embedded::AuthMode::bearer()
        .anonymous()
        .user("bot", PASSWORD);
    registry.require(auth.expires_in(300));
    let diagnosis = diagnose_as(&registry, "wrong").await;
    assert!(diagnosis.is_lockable());
    assert!(quirks(&diagnosis).contains(&"credentials-not-used"));
    assert_eq!(diagnosis.advice.auth, Some(AdvisedAuth::Anonymous));
    assert_eq!(
        fact(&diagnosis, Area::Access, "token"),
        "good for 300 s, in the member token"
    );
}

#[tokio::test]
async fn a_realm_elsewhere_is_named_and_advised_only_where_it_is_needed() {
    for (anonymous, needed) in [(false, true), (true, false)] {
        let registry = registry_with(3).await;
        let port = registry.address().rsplit_once(':').unwrap().1;
        let realm = format!("localhost:{port}");
        let auth = embedded::AuthMode::bearer().user("bot", PASSWORD);
        let auth = auth.realm(&format!("http://{realm}/token"));
        registry.require(if anonymous { auth.anonymous() } else { auth });
        let diagnosis = diagnose_as(&registry, PASSWORD).await;
        assert!(quirks(&diagnosis).contains(&"realm-elsewhere"));
        let advised = if needed { vec![realm] } else { vec![] };
        assert_eq!(diagnosis.advice.token_realms, advised);
        assert_eq!(diagnosis.is_lockable(), !needed);
        let says = fact(&diagnosis, Area::Access, "credentials");
        assert!(says.starts_with("not sent"), "{says}");
        assert!(
            registry
                .requests()
                .iter()
                .all(|request| !request.contains(PASSWORD))
        );
    }
}

#[tokio::test]
async fn no_part_of_a_secret_is_left_of_what_a_server_repeats() {
    let registry = registry_with(1).await;
    let secret = format!("canary-{}", "x".repeat(200));
    let challenge = format!("Basic realm=\"someone with {secret}\"");
    let auth = embedded::AuthMode::basic().user("bot", &secret);
    registry.require(auth.challenge(&challenge));
    let behaviour = Behaviour::on(Operation::ManifestHead).status(500);
    let code = format!(r#"{{"errors":[{{"code":"GOT-{secret}"}}]}}"#);
    registry.behave(behaviour.json(&code));
    registry.behave(
        Behaviour::on(Operation::ManifestGet)
            .status(500)
            .json(&code),
    );
    let client = with_password(&registry, &secret).build().unwrap();
    let diagnosis = client.diagnose(&app(&registry)).await;
    let told = fact(&diagnosis, Area::Access, "challenge");
    assert_eq!(told, "basic for someone with …");
    let failure = diagnosis.failure.as_ref().unwrap();
    assert!(failure.to_string().contains("GOT-"), "{failure}");
    assert!(
        !format!("{diagnosis:?}").contains("canary"),
        "{diagnosis:?}"
    );
}

#[tokio::test]
async fn what_servers_repeat_is_blotted_out() {
    let registry = registry_with(3).await;
    registry.require(embedded::AuthMode::bearer().user("bot", PASSWORD));
    let login = "Basic Ym90OmNhbmFyeS1wYXNzd29yZA==";
    let echo = Behaviour::always()
        .header("server", &format!("nginx {PASSWORD}"))
        .header("etag", login)
        .header("ratelimit-limit", "embedded-token-1")
        .header("content-type", &format!("application/{PASSWORD}"));
    registry.behave(echo);
    let diagnosis = diagnose_as(&registry, PASSWORD).await;
    assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
    assert_eq!(fact(&diagnosis, Area::Manifests, "type"), "application/…");
    let shown = format!("{diagnosis:?}");
    for secret in [PASSWORD, &login[6..], "embedded-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn one_challenge_is_one_however_its_scope_is_written() {
    for scope in [
        r#"scope="repository:team/app:pull,push""#,
        "scope=repository:team/app:pull,push",
    ] {
        let registry = registry_with(3).await;
        let challenge = format!(r#"Bearer realm="{{realm}}",service="x",{scope}"#);
        registry.require(
            embedded::AuthMode::bearer()
                .anonymous()
                .challenge(&challenge),
        );
        // What `/v2/` says has no scope.
        let ping = r#"Bearer realm="http://{address}/token",service="x""#;
        registry.behave(
            Behaviour::on(Operation::Ping)
                .status(401)
                .header("www-authenticate", ping),
        );
        let diagnosis = client().diagnose(&app(&registry)).await;
        assert!(diagnosis.is_lockable(), "{:?}", diagnosis.failure);
        assert!(
            !quirks(&diagnosis).contains(&"several-challenges"),
            "{scope}"
        );
    }
}

#[tokio::test]
async fn a_repository_that_is_missing_says_nothing_of_credentials() {
    let registry = registry_with(1).await;
    let diagnosis = client().diagnose(&repository(&registry, "team/none")).await;
    let says = fact(&diagnosis, Area::Access, "credentials");
    assert!(says.contains("its answer of 404 does not say"), "{says}");
    assert_eq!(fact(&diagnosis, Area::Access, "challenge"), "none was seen");
}

#[tokio::test]
async fn without_a_list_entries_with_a_tag_can_be_locked() {
    for status in [401, 403, 404, 405] {
        let registry = registry_with(1).await;
        let image = TestImage::new("app");
        registry.store().publish("team/app", "latest", &image);
        registry.behave(Behaviour::on(Operation::Tags).status(status));
        let diagnosis = client().diagnose(&app(&registry)).await;
        assert!(
            !diagnosis.is_lockable() && diagnosis.is_lockable_by_tag(),
            "{status}"
        );
        assert!(quirks(&diagnosis).contains(&"tags-not-listed"), "{status}");
        registry.behave(Behaviour::on(Operation::ManifestHead).status(403));
        let diagnosis = client().diagnose(&app(&registry)).await;
        assert!(!diagnosis.is_lockable_by_tag(), "{status}");
    }
}

#[tokio::test]
async fn tags_that_no_policy_chooses_are_not_counted() {
    let registry = registry_with(2).await;
    let hex = "0123456789abcdef".repeat(4);
    for tag in [
        format!("sha256-{hex}"),
        format!("sha256-{hex}.sig"),
        format!("sha256-{hex}.att"),
    ] {
        registry
            .store()
            .publish("team/app", &tag, &TestImage::new("signature"));
    }
    let diagnosis = client().diagnose(&app(&registry)).await;
    let says = fact(&diagnosis, Area::Tags, "tags");
    assert!(
        says.starts_with("2 on the first page, besides 3 of signatures"),
        "{says}"
    );
}
