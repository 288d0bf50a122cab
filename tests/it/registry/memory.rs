//! The memory that large answers take together.

use bytes::Bytes;
use imagelock::embedded::{Behaviour, Operation, Registry, TestImage};
use imagelock::error::{Code, Fault};
use imagelock::image::media_type::OCI_INDEX;
use imagelock::registry::Limits;

use super::support::{builder, registry, repository, tag};

const PATHS: [&str; 3] = ["team/first", "team/second", "team/third"];

fn limits(memory_bytes: usize) -> Limits {
    Limits {
        memory_bytes,
        ..Limits::default()
    }
}

/// A registry of three repositories.
async fn repositories() -> Registry {
    let registry = registry().await;
    for path in PATHS {
        registry.store().publish(path, "1", &TestImage::new("app"));
    }
    registry
}

/// A page of many tags of a hundred bytes each.
fn page(tags: usize) -> String {
    let tag = |number| format!("{number:0100}");
    let tags: Vec<String> = (0..tags).map(tag).collect();
    serde_json::json!({ "tags": tags }).to_string()
}

#[tokio::test]
async fn a_list_that_does_not_fit_beside_the_others_fails_alone() {
    let registry = repositories().await;
    registry.behave(Behaviour::on(Operation::Tags).json(&page(6_000)));
    let client = builder().limits(limits(1_000_000)).build().unwrap();
    let [first, second] = ["team/first", "team/second"].map(|name| repository(&registry, name));
    assert_eq!(client.tags(&first).await.unwrap().len(), 6_000);

    let error = client.tags(&second).await.unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
    let message = error.to_string();
    assert!(
        message.contains("second at ") && message.ends_with("memory in this run"),
        "{message}"
    );
    assert!(
        error
            .help()
            .unwrap()
            .starts_with("lock fewer of these images")
    );
    assert_eq!(client.tags(&first).await.unwrap().len(), 6_000);
}

#[tokio::test]
async fn lists_as_registries_have_them_take_nothing_of_the_memory() {
    let registry = repositories().await;
    registry.behave(Behaviour::on(Operation::Tags).json(&page(1_500)));
    let client = builder().limits(limits(0)).build().unwrap();
    for name in PATHS {
        assert_eq!(
            client
                .tags(&repository(&registry, name))
                .await
                .unwrap()
                .len(),
            1_500
        );
    }
}

#[tokio::test]
async fn a_page_gives_its_memory_back_once_it_is_read() {
    let registry = repositories().await;
    // Long for what it holds: three tags, and a text that is none.
    let padded = format!(r#"{{"tags":["1","2","3","{}"]}}"#, "/".repeat(700_000));
    registry.behave(Behaviour::on(Operation::Tags).json(&padded));
    let client = builder().limits(limits(500_000)).build().unwrap();
    for name in PATHS {
        assert_eq!(
            client
                .tags(&repository(&registry, name))
                .await
                .unwrap()
                .len(),
            3
        );
    }
    let small = builder().limits(limits(400_000)).build().unwrap();
    let error = small
        .tags(&repository(&registry, PATHS[0]))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}

#[tokio::test]
async fn manifests_are_kept_for_the_run_and_counted() {
    let registry = repositories().await;
    let manifest = format!(r#"{{"manifests":[],"x":"{}"}}"#, "x".repeat(300_000));
    for path in PATHS {
        let manifest = Bytes::from(manifest.clone());
        let stored = registry.store().put_manifest(path, OCI_INDEX, manifest);
        registry.store().tag(path, "1", &stored);
    }
    let client = builder().limits(limits(500_000)).build().unwrap();
    let target = tag("1");
    let mut outcomes = Vec::new();
    for name in PATHS {
        let manifest = client.manifest(&repository(&registry, name), &target).await;
        outcomes.push(manifest.map(|_| ()).map_err(|error| error.code()));
    }
    assert_eq!(outcomes, [Ok(()), Ok(()), Err(Code::TooLarge)]);
}
