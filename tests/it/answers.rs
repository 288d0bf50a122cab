//! The server that says what it is told to say, as an HTTP client sees it.

use imagelock::embedded::{Answers, Background, Behaviour, Gate};

use crate::support::distribution::client;

#[tokio::test]
async fn the_first_answer_that_has_not_ended_counts() {
    let server = Answers::start().await.unwrap();
    let ok = Behaviour::always();
    server.on("GET", "/a", ok.clone().times(1).status(429));
    server.on("GET", "/a", ok.clone().json("{}").header("x-made-by", "me"));
    server.on("GET", "/role/*", ok.body("any"));
    for (method, path, status, body) in [
        ("GET", "/a?b=c", 429, None),
        ("GET", "/a", 200, Some("{}")),
        ("GET", "/a", 200, Some("{}")),
        ("POST", "/a", 404, Some("")),
        ("GET", "/a/b", 404, Some("")),
        ("GET", "/role/x/y", 200, Some("any")),
    ] {
        let method = method.parse().unwrap();
        let request = client().request(method, server.url(path)).body("sent");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        if let Some(body) = body {
            assert_eq!(answer.text().await.unwrap(), body, "{path}");
        }
    }
    let first = &server.requests()[0];
    assert_eq!(
        (first.path.as_str(), first.form.as_str(), first.status),
        ("/a?b=c", "sent", Some(429))
    );
    server.forget_answers();
    server.forget_requests();
    let answer = client().get(server.url("/a")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), server.requests().len()),
        (404, 1)
    );
}

#[tokio::test]
async fn requests_wait_at_a_gate_and_end_with_the_server() {
    let server = Answers::start().await.unwrap();
    let gate = Gate::new();
    server.on("PUT", "/held", Behaviour::always().wait_at(&gate));
    let request = client().put(server.url("/held")).send();
    let waiting = tokio::spawn(request);
    gate.arrived(1).await;
    server.received(1).await;
    drop(server);
    assert!(waiting.await.unwrap().is_err());
}

#[test]
fn it_runs_beside_code_that_is_not_asynchronous() {
    let server = Background::answers().unwrap();
    server.on("GET", "/", Behaviour::always().hang_up());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(client().get(server.url("/")).send());
    assert!(outcome.is_err());
    assert_eq!(server.requests().len(), 1);
}
