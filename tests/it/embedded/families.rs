//! Each profile shows the ways of its family to whoever asks by hand.

use std::collections::BTreeSet;
use std::time::Duration;

use imagelock::embedded::{Behaviour, Operation, Profile, Registry, Store, TestImage};
use imagelock::image::media_type;
use reqwest::header::ACCEPT;
use reqwest::{Client, Method, Response};
use serde_json::Value;

use super::support::{error_code, json_of, text};
use crate::support::distribution::client;

/// A registry in the ways of a profile with 1,200 tags, asked by the user `bot`.
struct Asked {
    profile: Profile,
    registry: Registry,
    client: Client,
    app: String,
}

async fn asked(name: &str) -> Asked {
    let profile = Profile::named(name).expect(name).user("bot", "secret");
    let app = profile.repository("app");
    let store = Store::new();
    let digest = store.publish(&app, "1.0", &TestImage::new("app"));
    for number in (1..1200).rev() {
        store.tag(&app, &format!("1.{number}"), &digest);
    }
    let registry = profile.start(store).await.unwrap();
    Asked {
        profile,
        registry,
        client: client(),
        app,
    }
}

impl Asked {
    /// Asks with proof, where the registry wants one.
    async fn ask(&self, method: Method, path: &str) -> Response {
        let registry = self.registry.behind().unwrap_or(&self.registry);
        let url = registry.url(&format!("/v2/{}/{path}", self.app));
        let send = |proof: Option<String>| {
            let request = self.client.request(method.clone(), &url);
            let request = request.header(ACCEPT, media_type::ACCEPT);
            proof
                .into_iter()
                .fold(request, |request, proof| {
                    request.header("authorization", proof)
                })
                .send()
        };
        let answer = send(None).await.unwrap();
        if answer.status() != 401 {
            return answer;
        }
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        let basic = "Basic Ym90OnNlY3JldA==";
        let Some(realm) = challenge.strip_prefix("Bearer realm=\"") else {
            return send(Some(basic.into())).await.unwrap();
        };
        let realm = realm.split('"').next().unwrap();
        let scope = format!("{realm}?scope=repository:{}:pull", self.app);
        let mut token = self.client.get(scope);
        if self.registry.behind().is_none() {
            token = token.header("authorization", basic);
        }
        let body = json_of(token.send().await.unwrap()).await;
        let token = [&body["token"], &body["access_token"]];
        let token = token.into_iter().find_map(Value::as_str).unwrap();
        send(Some(format!("Bearer {token}"))).await.unwrap()
    }

    /// Returns how many elements a list has, and its link.
    async fn list(&self, query: &str) -> (usize, Option<String>) {
        let answer = self.ask(Method::GET, &format!("tags/list{query}")).await;
        assert_eq!(answer.status(), 200, "{}: {query}", self.profile.name());
        let link = text(answer.headers(), "link").map(ToOwned::to_owned);
        let body = json_of(answer).await;
        (body["tags"].as_array().unwrap().len(), link)
    }
}

#[test]
fn names_are_unique_and_sorted() {
    let all = Profile::all();
    let names: Vec<_> = all.iter().map(Profile::name).collect();
    let sorted: BTreeSet<_> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
    assert!(Profile::named("nobody").is_none());
}

/// What a list of 1,200 tags comes to, without a number and with `n=1000`; 0 is a refusal.
#[tokio::test]
async fn lists_are_cut_as_each_family_cuts_them() {
    for (name, plain, thousand, link) in [
        ("amazon-ecr", 100, 1000, "last="),
        ("amazon-ecr-public", 100, 1000, "last="),
        ("artifactory", 1201, 1001, "</v2/acme/app/tags/list?last="),
        ("azure-acr", 100, 1000, "&orderby=>; rel=\"next\""),
        ("distribution-2.8", 1200, 1200, ""),
        (
            "distribution-3.0",
            1200,
            1000,
            "</v2/acme/app/tags/list?last=",
        ),
        (
            "distribution-3.1.1",
            100,
            100,
            "</v2/acme/app/tags/list?last=",
        ),
        ("docker-hub", 100, 100, "last="),
        ("forgejo", 1200, 1000, "last="),
        ("ghcr", 100, 1000, "last=1.201&"),
        ("gitea", 1200, 1000, "last="),
        ("gitlab", 1000, 1000, "<http://127.0.0.1:"),
        ("google", 1200, 1200, ""),
        ("harbor", 1200, 1000, "last="),
        ("nexus-group", 1201, 1001, ""),
        (
            "nexus-hosted",
            1201,
            1001,
            "/repository/docker-hosted/v2/acme/app/tags/list?",
        ),
        ("quay", 50, 100, "?next_page="),
        ("registry-k8s-io", 1200, 1200, ""),
        ("zot", 1200, 1000, "last="),
    ] {
        let asked = asked(name).await;
        assert_eq!(asked.list("").await.0, plain, "{name}");
        let (count, found) = asked.list("?n=1000").await;
        assert_eq!(count, thousand, "{name}");
        match found {
            Some(found) => assert!(!link.is_empty() && found.contains(link), "{name}: {found}"),
            None => assert_eq!(link, "", "{name}"),
        }
    }
}

#[tokio::test]
async fn numbers_that_are_too_large_are_refused() {
    for (name, number, status, code) in [
        ("amazon-ecr", 1001, 405, "UNSUPPORTED"),
        ("distribution-3.1.0", 101, 400, "PAGINATION_NUMBER_INVALID"),
    ] {
        let asked = asked(name).await;
        let list = format!("tags/list?n={number}");
        let answer = asked.ask(Method::GET, &list).await;
        assert_eq!(answer.status(), status, "{name}");
        assert_eq!(error_code(&json_of(answer).await), code, "{name}");
    }
}

#[tokio::test]
async fn links_stay_to_the_end_and_lead_back() {
    for name in ["gitea", "forgejo"] {
        let asked = asked(name).await;
        let (count, link) = asked.list("?n=1000&last=1.99").await;
        assert_eq!((count, link.is_some()), (10, true), "{name}");
        let (count, link) = asked.list("?n=1000&last=1.999").await;
        assert_eq!((count, link.is_some()), (0, false), "{name}");
    }
    let (_, link) = asked("gitlab").await.list("?n=10&last=1.5").await;
    let link = link.unwrap();
    let order = (link.find("\"previous\""), link.find("\"next\""));
    assert!(order.0.is_some() && order.0 < order.1, "{link}");
}

#[tokio::test]
async fn digests_are_told_where_each_family_tells_them() {
    for profile in Profile::all() {
        let name = profile.name();
        let asked = asked(name).await;
        for method in [Method::HEAD, Method::GET] {
            let answer = asked.ask(method.clone(), "manifests/1.7").await;
            assert_eq!(answer.status(), 200, "{name}");
            let told = text(answer.headers(), "docker-content-digest").is_some();
            let silent = name == "amazon-ecr" && method == Method::GET;
            assert_eq!(told, !silent, "{name} {method}");
        }
    }
}

#[tokio::test]
async fn referrers_are_known_to_some() {
    for profile in Profile::all() {
        let name = profile.name();
        let asked = asked(name).await;
        let digest = asked.registry.store().digest(&asked.app, "1.0").unwrap();
        let answer = asked.ask(Method::GET, &format!("referrers/{digest}")).await;
        let known = [
            "amazon-ecr",
            "azure-acr",
            "docker-hub",
            "google",
            "harbor",
            "quay",
            "registry-k8s-io",
            "zot",
        ];
        let expected = if known.contains(&name) { 200 } else { 404 };
        assert_eq!(answer.status(), expected, "{name}");
    }
}

#[tokio::test]
async fn docker_hub_counts_pulls_and_a_head_is_none() {
    let asked = asked("docker-hub").await;
    let left = |answer: &Response| {
        let left = text(answer.headers(), "ratelimit-remaining").unwrap();
        left.to_owned()
    };
    let head = asked.ask(Method::HEAD, "manifests/1.0").await;
    assert_eq!(left(&head), "100;w=21600");
    assert_eq!(text(head.headers(), "ratelimit-limit"), Some("100;w=21600"));
    for expected in (0..100).rev() {
        let pull = asked.ask(Method::GET, "manifests/1.0").await;
        assert_eq!(left(&pull), format!("{expected};w=21600"));
    }
    let over = asked.ask(Method::GET, "manifests/1.0").await;
    assert_eq!(over.status(), 429);
    let body = json_of(over).await.to_string();
    assert!(body.contains("pull rate limit"), "{body}");
    let head = asked.ask(Method::HEAD, "manifests/1.0").await;
    assert_eq!(
        (head.status().as_u16(), left(&head)),
        (200, "0;w=21600".into())
    );
}

#[tokio::test]
async fn too_many_requests_are_told_in_many_ways() {
    let wait = Duration::from_secs(90);
    for (name, header, body) in [
        ("amazon-ecr", None, "Rate exceeded"),
        ("azure-acr", Some("90"), "TOOMANYREQUESTS"),
        ("docker-hub", None, "Too Many Requests"),
        ("ghcr", None, "retry-after: 1m30s, allowed: 44000/minute"),
        ("gitlab", Some("90"), "Retry later"),
        ("harbor", Some("90"), "<h1>"),
        ("quay", None, "<html>"),
    ] {
        let asked = asked(name).await;
        let busy = asked
            .profile
            .busy(Behaviour::on(Operation::Tags), Some(wait));
        asked.registry.behave(busy);
        let answer = asked.ask(Method::GET, "tags/list").await;
        assert_eq!(answer.status(), 429, "{name}");
        assert_eq!(text(answer.headers(), "retry-after"), header, "{name}");
        let told = answer.text().await.unwrap();
        assert!(told.contains(body), "{name}: {told}");
    }
}

#[tokio::test]
async fn registry_k8s_io_sends_everyone_elsewhere_without_the_query() {
    let asked = asked("registry-k8s-io").await;
    let url = asked.registry.url("/v2/acme/app/tags/list?n=1000");
    let answer = asked.client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 307);
    let region = asked.registry.behind().unwrap();
    let expected = region.url("/v2/acme/app/tags/list");
    assert_eq!(text(answer.headers(), "location"), Some(&*expected));
    let answer = asked.client.get(expected).send().await.unwrap();
    assert_eq!(answer.status(), 401);
}
