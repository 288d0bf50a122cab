//! What goes wrong on demand, and what is counted of it.

use imagelock::embedded::{Behaviour, Gate, Operation};
use imagelock::image::media_type;
use reqwest::Client;
use reqwest::header::ACCEPT;

use super::support::{get, status, text, with_app};
use crate::support::distribution::client;

#[tokio::test]
async fn faults_come_as_often_as_asked_for() {
    let (registry, digest) = with_app().await;
    let path = "/v2/team/app/tags/list";
    let busy = Behaviour::on(Operation::Tags)
        .repository("team/app")
        .times(2);
    registry.behave(busy.status(429).header("retry-after", "0"));
    for expected in [429, 429, 200] {
        assert_eq!(status(&registry, path).await, expected);
    }
    let wrong = Behaviour::on(Operation::ManifestGet).times(1);
    registry.behave(wrong.body("something else"));
    let answer = get(&registry, "/v2/team/app/manifests/1.0").await;
    assert_eq!(
        text(answer.headers(), "docker-content-digest"),
        Some(digest.as_str())
    );
    assert!(!digest.verify(&answer.bytes().await.unwrap()));

    let bare = Behaviour::on(Operation::ManifestHead).without_header("docker-content-digest");
    registry.behave(bare);
    let head = client().head(registry.url("/v2/team/app/manifests/1.0"));
    let head = head
        .header(ACCEPT, media_type::ACCEPT)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            head.status().as_u16(),
            text(head.headers(), "docker-content-digest")
        ),
        (200, None)
    );

    let page = Behaviour::on(Operation::Tags)
        .times(1)
        .status(502)
        .html("<h1>no</h1>");
    registry.behave(page);
    let answer = get(&registry, path).await;
    assert_eq!(answer.status(), 502);
    assert_eq!(
        text(answer.headers(), "content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.text().await.unwrap(), "<h1>no</h1>");

    registry.behave(Behaviour::on(Operation::Tags).redirect("http://localhost:1{path}"));
    let answer = get(&registry, &format!("{path}?n=5")).await;
    assert_eq!(answer.status(), 307);
    assert_eq!(
        text(answer.headers(), "location"),
        Some("http://localhost:1/v2/team/app/tags/list?n=5")
    );
}

#[tokio::test]
async fn bodies_break_off_and_grow() {
    let (registry, _) = with_app().await;
    let path = "/v2/team/app/tags/list";
    registry.behave(Behaviour::on(Operation::Tags).times(1).truncated(4));
    assert!(get(&registry, path).await.bytes().await.is_err());
    registry.behave(Behaviour::on(Operation::Tags).times(1).oversized(3_000_000));
    let body = get(&registry, path).await.bytes().await.unwrap();
    assert_eq!(body.len(), 3_000_000);
    registry.behave(Behaviour::on(Operation::Tags).times(1).stalled(4));
    let mut stalled = get(&registry, path).await;
    assert_eq!(stalled.chunk().await.unwrap().unwrap().len(), 4);
    registry.behave(Behaviour::on(Operation::Ping).times(1).hang_up());
    assert!(client().get(registry.url("/v2/")).send().await.is_err());
    assert_eq!(status(&registry, "/v2/").await, 200);
}

#[tokio::test]
async fn a_gate_holds_requests_and_the_log_counts_them() {
    let (registry, _) = with_app().await;
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).wait_at(&gate));
    let client = client();
    let ask = || client.get(registry.url("/v2/team/app/tags/list")).send();
    let watch = async {
        gate.arrived(3).await;
        assert_eq!(registry.most_in_flight(), 3);
        assert!(
            registry
                .requests()
                .iter()
                .all(|request| request.status.is_none())
        );
        gate.let_through(1);
        gate.open();
    };
    let (one, two, three, ()) = tokio::join!(ask(), ask(), ask(), watch);
    for answer in [one, two, three] {
        assert_eq!(answer.unwrap().status(), 200);
    }
    registry.received(Operation::Tags, 3).await;
    registry.forget_requests();
    assert_eq!(
        (registry.count(Operation::Tags), registry.most_in_flight()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_dropped_registry_is_gone_with_the_requests_it_held() {
    let (registry, _) = with_app().await;
    registry.behave(Behaviour::always().never_answer());
    let url = registry.url("/v2/");
    let waiting = tokio::spawn(client().get(&url).send());
    registry.received(Operation::Ping, 1).await;
    drop(registry);
    assert!(waiting.await.unwrap().is_err());
    assert!(client().get(&url).send().await.is_err());
}

#[tokio::test]
async fn http_2_is_spoken_to_who_begins_with_it() {
    let (registry, digest) = with_app().await;
    let client = Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let ask = || {
        let request = client.head(registry.url("/v2/team/app/manifests/1.0"));
        request.header(ACCEPT, media_type::ACCEPT).send()
    };
    let (one, two) = tokio::join!(ask(), ask());
    for answer in [one.unwrap(), two.unwrap()] {
        assert_eq!(answer.version(), reqwest::Version::HTTP_2);
        assert_eq!(
            text(answer.headers(), "docker-content-digest"),
            Some(digest.as_str())
        );
    }
    assert_eq!(registry.requests()[0].host, registry.address());
}
