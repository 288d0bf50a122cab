use imagelock::embedded::{Behaviour, Gate, Operation};
use imagelock::error::Code;
use imagelock::registry::{HostSettings, Timeouts};

use super::*;

fn observed(recorder: &Recorder) -> Client {
    builder()
        .observer(Arc::new(recorder.clone()))
        .build()
        .expect("a client")
}

#[tokio::test]
async fn what_fails_for_a_moment_is_tried_again() {
    for behaviour in [
        Behaviour::on(Operation::Tags).status(500),
        Behaviour::on(Operation::Tags).status(502),
        Behaviour::on(Operation::Tags).status(503),
        Behaviour::on(Operation::Tags).status(504),
        Behaviour::on(Operation::Tags).status(408),
        Behaviour::on(Operation::Tags).status(429),
        Behaviour::on(Operation::Tags)
            .status(429)
            .header("retry-after", "0"),
        Behaviour::on(Operation::Tags).hang_up(),
        Behaviour::on(Operation::Tags).truncated(5),
    ] {
        let registry = registry_with(2).await;
        registry.behave(behaviour.times(3));
        let tags = client().tags(&app(&registry)).await.unwrap();
        assert_eq!(tags.len(), 2);
        assert_eq!(registry.requests().len(), 4);
    }
}

#[tokio::test]
async fn what_keeps_failing_is_an_error_that_says_how_often_it_was_tried() {
    for (behaviour, code) in [
        (
            Behaviour::on(Operation::Tags).status(500),
            Code::RegistryFailed,
        ),
        (
            Behaviour::on(Operation::Tags).status(429),
            Code::RateLimited,
        ),
        (Behaviour::on(Operation::Tags).hang_up(), Code::Unreachable),
    ] {
        let registry = registry_with(2).await;
        registry.behave(behaviour);
        let error = client().tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(all_of(&error).contains("tried 4 times"), "{error}");
        assert_eq!(registry.requests().len(), 4);
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again() {
    let registry = registry_with(2).await;
    registry.behave(
        Behaviour::on(Operation::Tags)
            .status(418)
            .html("<h1>teapot</h1>"),
    );
    let error = client().tags(&app(&registry)).await.unwrap_err();
    assert_eq!(error.code(), Code::RegistryFailed);
    assert_eq!(error.status(), Some(418));
    assert!(
        error
            .to_string()
            .ends_with("failed to list the tags of team/app (418)"),
        "{error}"
    );
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn the_wait_a_registry_asks_for_is_kept_and_told() {
    let registry = registry_with(2).await;
    let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 20ms, allowed: 44000/minute"}]}"#;
    registry.behave(
        Behaviour::on(Operation::Tags)
            .times(1)
            .status(429)
            .json(body),
    );
    let recorder = Recorder::default();
    let start = std::time::Instant::now();
    observed(&recorder).tags(&app(&registry)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(recorder.waits(), [Duration::from_millis(20)]);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_not_begun() {
    for status in [429, 503] {
        let registry = registry_with(2).await;
        let busy = Behaviour::on(Operation::Tags).status(status);
        registry.behave(busy.header("retry-after", "3600"));
        let client = client();
        let error = client.tags(&app(&registry)).await.unwrap_err();
        assert_eq!(error.code(), Code::RateLimited);
        assert!(error.to_string().contains("asks to wait 60 min"), "{error}");
        // Nobody else asks before the time is up.
        let other = repository(&registry, "team/other");
        assert_eq!(tags_code(&client, &other).await, Code::RateLimited);
        assert_eq!(registry.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_pull_limit_is_not_waited_for() {
    let registry = registry_with(1).await;
    let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"}]}"#;
    registry.behave(Behaviour::on(Operation::ManifestGet).status(429).json(body));
    let client = client();
    let error = client
        .manifest(&app(&registry), &tag("1"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::RateLimited);
    assert!(error.to_string().contains("pull limit"), "{error}");
    assert!(error.help().unwrap().contains("docker login"));
    assert_eq!(registry.requests().len(), 1);
    client.head(&app(&registry), &tag("1")).await.unwrap();
}

#[tokio::test]
async fn a_host_that_is_down_is_named_and_asked_no_more() {
    let registry = registry_with(1).await;
    let (one, other) = (app(&registry), repository(&registry, "team/other"));
    drop(registry);
    let recorder = Recorder::default();
    let client = observed(&recorder);
    let error = client.tags(&one).await.unwrap_err();
    assert_eq!(error.code(), Code::Unreachable);
    assert!(
        error.to_string().to_lowercase().contains("refused"),
        "{error}"
    );
    assert!(error.to_string().contains(one.registry()), "{error}");
    let events = recorder.events().len();
    assert_eq!(tags_code(&client, &other).await, Code::Unreachable);
    assert_eq!(recorder.events().len(), events);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for() {
    for behaviour in [
        Behaviour::on(Operation::Tags).never_answer(),
        Behaviour::on(Operation::Tags).stalled(3),
    ] {
        let registry = registry_with(1).await;
        registry.behave(behaviour);
        let timeouts = Timeouts {
            total: Duration::from_millis(50),
            ..Timeouts::default()
        };
        let client = builder().timeouts(timeouts).build().unwrap();
        assert_eq!(tags_code(&client, &app(&registry)).await, Code::Timeout);
    }
}

#[tokio::test]
async fn a_deadline_ends_it_all() {
    let registry = registry_with(1).await;
    registry.behave(Behaviour::on(Operation::Tags).never_answer());
    let client = builder()
        .deadline(Duration::from_millis(50))
        .build()
        .unwrap();
    assert_eq!(tags_code(&client, &app(&registry)).await, Code::Timeout);
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn a_host_gets_only_so_many_requests_at_once() {
    let registry = registry().await;
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).after(1).wait_at(&gate));
    let settings = HostSettings {
        concurrency: Some(3),
        ..HostSettings::default()
    };
    let client = builder()
        .host(registry.address(), settings)
        .build()
        .unwrap();
    let repositories: Vec<_> = (0..12)
        .map(|index| {
            let path = format!("team/app{index}");
            registry
                .store()
                .publish(&path, "1", &TestImage::new(path.as_str()));
            repository(&registry, &path)
        })
        .collect();
    let all = futures_util::future::join_all(repositories.iter().map(|one| client.tags(one)));
    let (all, ()) = tokio::join!(all, async {
        gate.arrived(3).await;
        gate.open();
    });
    assert!(all.into_iter().all(|tags| tags.is_ok()));
    assert_eq!(registry.most_in_flight(), 3);
}

#[tokio::test]
async fn without_the_network_nothing_is_asked() {
    let registry = registry_with(1).await;
    let client = builder().offline(true).build().unwrap();
    assert_eq!(tags_code(&client, &app(&registry)).await, Code::Offline);
    let error = client.head(&app(&registry), &tag("1")).await.unwrap_err();
    assert_eq!(error.code(), Code::Offline);
    assert!(registry.requests().is_empty());
}
