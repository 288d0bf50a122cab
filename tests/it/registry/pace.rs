//! How many requests a host gets at once, how it is let off, and what its limits leave.

use futures_util::future::join_all;
use imagelock::embedded::{Behaviour, Gate, Operation, Registry, TestImage};
use imagelock::error::Code;
use imagelock::image::Repository;
use imagelock::registry::{Client, ErrorKind};

use super::support::*;
use super::*;

/// Publishes so many repositories with one tag each.
fn repositories(registry: &Registry, count: usize) -> Vec<Repository> {
    let publish = |number| {
        let path = format!("team/app-{number:03}");
        let image = TestImage::new(path.as_str());
        registry.store().publish(&path, "1", &image);
        repository(registry, &path)
    };
    (0..count).map(publish).collect()
}

async fn list(client: &Client, repositories: &[Repository]) -> usize {
    let all = repositories.iter().map(|one| client.tags(one));
    let listed = join_all(all).await;
    listed.iter().flatten().count()
}

/// Lists all of them; returns how many come before one is answered.
async fn most_at_once(registry: &Registry, client: &Client, repositories: &[Repository]) -> usize {
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).wait_at(&gate));
    let all = repositories.iter().map(|one| client.tags(one));
    let (listed, most) = tokio::join!(join_all(all), async {
        // As many as will come without an answer have come when none comes while others go to and fro.
        gate.arrived(1).await;
        let mut come = 0;
        while gate.arrivals() > come {
            come = gate.arrivals();
            for _ in 0..20 {
                let other = builder().build().unwrap();
                assert!(other.head(&repositories[0], &tag("1")).await.is_ok());
            }
        }
        gate.open();
        come
    });
    registry.behave_well();
    assert!(listed.into_iter().all(|tags| tags.is_ok()));
    most
}

#[tokio::test]
async fn it_starts_modest_halves_and_recovers() {
    let registry = registry().await;
    let all = repositories(&registry, 400);
    let client = builder().concurrency(64).build().unwrap();
    let (first, rest) = all.split_at(1);
    assert_eq!(list(&client, first).await, 1);
    let (some, rest) = rest.split_at(40);
    let modest = most_at_once(&registry, &client, some).await;
    assert!((1..=18).contains(&modest), "{modest}");
    // One refusal among others; nothing else is known of another client.
    let client = builder().concurrency(64).build().unwrap();
    assert_eq!(list(&client, first).await, 1);
    let busy = Behaviour::on(Operation::Tags).times(1);
    registry.behave(busy.status(429).header("retry-after", "0"));
    let (some, rest) = rest.split_at(1);
    assert_eq!(list(&client, some).await, 1);
    let (some, rest) = rest.split_at(40);
    let halved = most_at_once(&registry, &client, some).await;
    assert!((1..=10).contains(&halved), "{halved}");
    let (some, rest) = rest.split_at(250);
    for one in some {
        assert!(client.tags(one).await.is_ok());
    }
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).wait_at(&gate));
    let again = async {
        gate.arrived(11).await;
        gate.open();
    };
    let (listed, ()) = tokio::join!(list(&client, rest), again);
    assert_eq!(listed, rest.len());
}

#[tokio::test]
async fn a_host_in_a_pause_does_not_hold_others() {
    let (paused, other) = (registry().await, registry().await);
    let (two, ten) = (repositories(&paused, 2), repositories(&other, 10));
    let recorder = Recorder::default();
    let client = builder()
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    let busy = Behaviour::on(Operation::Tags).times(1).status(429);
    paused.behave(busy.header("retry-after", "90"));
    let mut waits = std::pin::pin!(client.tags(&two[0]));
    loop {
        // It is refused, and waits.
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waits.as_mut().poll(&mut context).is_pending());
        if !recorder.waits().is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(list(&client, &ten).await, 10);
    assert_eq!(paused.requests().len(), 1);
}

#[tokio::test]
async fn a_budget_that_is_told_is_not_overrun() {
    let registry = registry().await;
    let all = repositories(&registry, 40);
    let limited = |left: &str| {
        Behaviour::on(Operation::ManifestGet)
            .header("ratelimit-limit", "40;w=21600")
            .header("ratelimit-remaining", &format!("{left};w=21600"))
    };
    registry.behave(limited("12"));
    let client = builder().concurrency(8).build().unwrap();
    let target = tag("1");
    assert!(client.manifest(&all[0], &target).await.is_ok());
    // From now on it tells nothing, so that what it told has to do.
    registry.behave_well();
    registry.forget_requests();
    let pulls = all[1..].iter().map(|one| client.manifest(one, &target));
    let pulled = join_all(pulls).await;
    let refused = pulled.iter().filter_map(|pulled| pulled.as_ref().err());
    let refused: Vec<_> = refused.collect();
    assert!(refused.iter().all(|error| error.code() == Code::RateLimited
        && matches!(error.kind(), ErrorKind::RateLimited { quota: true, .. })));
    assert_eq!(registry.count(Operation::ManifestGet), 10, "of twelve");
    assert_eq!(refused.len(), 29);
    // What costs nothing is still asked.
    assert!(client.head(&all[39], &target).await.is_ok());
    assert!(client.tags(&all[39]).await.is_ok());
}
