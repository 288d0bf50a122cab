//! Tokens and challenges that do not hold.

use imagelock::embedded::{AuthMode, Behaviour, Operation};
use imagelock::error::Code;

use super::super::*;
use super::support::*;

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_for_each_request() {
    let registry = registry_with(3).await;
    registry.require(AuthMode::bearer().anonymous().token_uses(1));
    registry.behave(Behaviour::on(Operation::Tags).page_size(1));
    let tags = client().tags(&app(&registry)).await.unwrap();
    assert_eq!(tags.len(), 3);
    assert_eq!(registry.count(Operation::Token), 3);
}

#[tokio::test]
async fn tokens_that_no_longer_hold_are_replaced_by_one_of_many_tasks() {
    let registry = registry_with(8).await;
    registry.require(AuthMode::bearer().anonymous());
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
    registry.require(AuthMode::bearer().anonymous());
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
    registry.require(AuthMode::bearer().anonymous());
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
