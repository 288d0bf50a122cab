use imagelock::embedded::{self, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{Auth, Credential, Limits, RegistryError, Secret};

use super::*;

const NAMES: [&str; 5] = ["acme/api", "acme/web", "base", "team/a/b", "zoo"];

async fn registry_of_five() -> Registry {
    let registry = registry().await;
    for name in NAMES {
        let image = TestImage::new(name);
        registry.store().publish(name, "1", &image);
    }
    registry
}

async fn paths(client: &Client, registry: &Registry) -> Vec<String> {
    let repositories = client.catalog(registry.address()).await.unwrap();
    assert!(
        repositories
            .iter()
            .all(|repository| repository.registry() == registry.address())
    );
    let paths = repositories.iter();
    paths
        .map(|repository| repository.path().to_string())
        .collect()
}

async fn error(client: &Client, registry: &Registry) -> RegistryError {
    client.catalog(registry.address()).await.unwrap_err()
}

#[tokio::test]
async fn all_pages_are_read_once_a_run() {
    let registry = registry_of_five().await;
    registry.behave(Behaviour::on(Operation::Catalog).page_size(2));
    let client = client();
    assert_eq!(paths(&client, &registry).await, NAMES);
    assert_eq!(paths(&client, &registry).await, NAMES);
    let requests = registry.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].path, "/v2/_catalog?n=1000");
    assert!(requests[2].path.contains("last=acme%2Fweb") || requests[2].path.contains("last=team"));
}

#[tokio::test]
async fn the_token_is_asked_for_the_catalog() {
    let registry = registry_of_five().await;
    registry.require(embedded::AuthMode::bearer().user("admin", "secret"));
    let credential = Credential::basic("admin", Secret::new("secret"), "a test");
    let client = builder()
        .auth(registry.address(), Auth::Credential(credential))
        .build()
        .unwrap();
    assert_eq!(paths(&client, &registry).await, NAMES);
    let requests = registry.requests();
    let token = requests
        .iter()
        .find(|request| request.operation == Operation::Token)
        .unwrap();
    assert!(
        token.path.contains("scope=registry%3Acatalog%3A*"),
        "{token:?}"
    );
}

#[tokio::test]
async fn a_registry_that_keeps_it_to_itself_says_so() {
    let registry = registry_of_five().await;
    registry.require(embedded::AuthMode::bearer().anonymous());
    let error = error(&client(), &registry).await;
    assert_eq!(error.code(), Code::Denied);
    let host = registry.address();
    assert_eq!(
        error.to_string(),
        format!("{host} refused to list its repositories (401 UNAUTHORIZED)")
    );
    assert!(error.help().unwrap().contains("keep this list"), "{error}");
    assert_eq!(error.host(), host);
}

#[tokio::test]
async fn a_registry_without_one_is_told_from_an_empty_one() {
    let registry = registry_of_five().await;
    for behaviour in [
        Behaviour::on(Operation::Catalog)
            .status(404)
            .body("404 page not found\n"),
        Behaviour::on(Operation::Catalog).status(405),
        Behaviour::on(Operation::Catalog)
            .status(400)
            .json(r#"{"errors":[{"code":"UNSUPPORTED","message":"no"}]}"#),
    ] {
        registry.behave_well();
        registry.behave(behaviour);
        let error = error(&client(), &registry).await;
        assert_eq!(error.code(), Code::Unsupported, "{error}");
        assert!(
            error.to_string().contains("does not list its repositories"),
            "{error}"
        );
    }
    registry.behave_well();
    registry.behave(Behaviour::on(Operation::Catalog).json(r#"{"repositories":null}"#));
    assert!(paths(&client(), &registry).await.is_empty());
}

#[tokio::test]
async fn a_page_size_that_is_refused_is_left_out() {
    let registry = registry_of_five().await;
    let refused = r#"{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}"#;
    let behaviour = Behaviour::on(Operation::Catalog).times(1).status(400);
    registry.behave(behaviour.json(refused));
    assert_eq!(paths(&client(), &registry).await, NAMES);
    assert_eq!(registry.requests()[1].path, "/v2/_catalog");
}

#[tokio::test]
async fn what_is_no_repository_is_left_out() {
    let registry = registry().await;
    let body = r#"{"repositories":["b","A","b",null,"a//b","../x",7,"a b","\u001b[2J"]}"#;
    registry.behave(Behaviour::on(Operation::Catalog).json(body));
    assert_eq!(paths(&client(), &registry).await, ["b"]);
    for (body, words) in [
        ("{}", "not a list of repositories"),
        ("[]", "not a list of repositories"),
        ("<html>", "web page"),
        (r#"{"repositories":"b"}"#, "not valid JSON"),
    ] {
        registry.behave_well();
        registry.behave(Behaviour::on(Operation::Catalog).json(body));
        let error = error(&client(), &registry).await;
        assert_eq!(error.code(), Code::RegistryInvalid, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_list_without_end_ends_in_an_error() {
    let registry = registry().await;
    registry.behave(Behaviour::on(Operation::Catalog).endless_pages());
    let limits = Limits {
        repositories: 5,
        ..Limits::default()
    };
    let client = builder().limits(limits).build().unwrap();
    let error = error(&client, &registry).await;
    assert_eq!(error.code(), Code::Pagination);
    assert!(
        error.to_string().contains("more than 5 repositories"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_repository_is_not_even_kept() {
    let registry = registry().await;
    let long = "a".repeat(256);
    let body = format!(r#"{{"repositories":["b","A","{long}","a b","c"]}}"#);
    registry.behave(Behaviour::on(Operation::Catalog).json(&body));
    let limits = Limits {
        repositories: 2,
        ..Limits::default()
    };
    let client = builder().limits(limits).build().unwrap();
    assert_eq!(paths(&client, &registry).await, ["b", "c"]);
}

#[tokio::test]
async fn all_pages_together_have_a_cap_too() {
    let registry = registry_of_five().await;
    registry.behave(Behaviour::on(Operation::Catalog).page_size(1));
    let limits = Limits {
        list_bytes: 100,
        ..Limits::default()
    };
    let client = builder().limits(limits).build().unwrap();
    let error = error(&client, &registry).await;
    assert_eq!(error.code(), Code::TooLarge);
    assert!(registry.requests().len() < NAMES.len(), "{error}");
}

#[tokio::test]
async fn only_a_host_has_a_catalog() {
    for name in [
        "",
        "https://ghcr.io",
        "ghcr.io/acme",
        "user@ghcr.io",
        "nginx",
    ] {
        let error = client().catalog(name).await.unwrap_err();
        assert_eq!(error.code(), Code::RegistryInvalid, "{name}");
    }
}
