//! Mirrors: what they are asked, what they are believed, and that nothing depends on them.

use std::sync::Arc;
use std::time::Duration;

use imagelock::embedded::{Behaviour, Operation, Registry, TestImage};
use imagelock::error::{Code, Fault as _};
use imagelock::image::{Digest, Document, Repository};
use imagelock::observe::Event;
use imagelock::registry::{
    Client, ClientBuilder, ErrorKind, Mirror, Route, Routes, Target, Timeouts,
};

use crate::registry::support::{
    Recorder, all_of, app, builder, registry, registry_with, tag, texts,
};

pub(super) const CONTENT: [Operation; 2] = [Operation::ManifestGet, Operation::BlobGet];

/// A mirror of the registry with one tag, which has its images below `hub`.
pub(super) async fn mirror_with(tags: usize) -> Registry {
    let mirror = registry().await;
    for number in 1..=tags {
        let image = TestImage::new(format!("app {number}"));
        mirror
            .store()
            .publish("hub/team/app", &number.to_string(), &image);
    }
    mirror
}

pub(super) fn at(mirror: &Registry) -> Mirror {
    Mirror::at(&format!("{}/hub", mirror.address())).unwrap()
}

pub(super) fn mirrored(
    registry: &Registry,
    mirrors: impl IntoIterator<Item = Mirror>,
) -> ClientBuilder {
    builder().mirrors(registry.address(), mirrors.into_iter().collect())
}

/// Reads a tag with its manifest and its config.
pub(super) async fn read(client: &Client, repository: &Repository, text: &str) -> Digest {
    let manifest = client.manifest(repository, &tag(text)).await.unwrap();
    let Document::Manifest(document) = manifest.document().unwrap() else {
        panic!("an index");
    };
    client.blob(repository, &document.config).await.unwrap();
    manifest.digest
}

pub(super) fn counts(registry: &Registry, operations: &[Operation]) -> usize {
    operations.iter().map(|one| registry.count(*one)).sum()
}

pub(super) fn passed(recorder: &Recorder) -> Vec<(String, String)> {
    let events = recorder.events().into_iter();
    events
        .filter_map(|event| match event {
            Event::MirrorPassed { mirror, reason, .. } => Some((mirror, reason)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn the_registry_says_what_a_tag_names_and_the_mirror_has_the_bytes() {
    let (origin, mirror) = (registry_with(2).await, mirror_with(1).await);
    // The mirror has an old list, and another image under the tag.
    mirror
        .store()
        .publish("hub/team/app", "2", &TestImage::new("old"));
    mirror
        .store()
        .publish("hub/team/app", "x", &TestImage::new("app 2"));
    let client = mirrored(&origin, [at(&mirror)]).build().unwrap();
    let repository = app(&origin);
    assert_eq!(texts(&client.tags(&repository).await.unwrap()), ["1", "2"]);
    let digest = read(&client, &repository, "2").await;
    assert_eq!(digest, TestImage::new("app 2").build().digest);
    assert_eq!(counts(&origin, &CONTENT), 0);
    assert_eq!(
        (
            origin.count(Operation::Tags),
            origin.count(Operation::ManifestHead)
        ),
        (1, 1)
    );
    assert_eq!(counts(&mirror, &CONTENT), 2);
    assert_eq!(mirror.requests().len(), 2);
    let paths: Vec<_> = mirror
        .requests()
        .into_iter()
        .map(|asked| asked.repository)
        .collect();
    assert_eq!(paths, ["hub/team/app", "hub/team/app"]);
    // Whether a digest is still there is not the mirror's to say.
    client
        .head(&repository, &Target::Digest(digest))
        .await
        .unwrap();
    assert_eq!(mirror.requests().len(), 2);
}

#[tokio::test]
async fn with_a_mirror_docker_hub_counts_no_pull() {
    let (hub, mirror) = (registry().await, registry().await);
    let image = TestImage::new("nginx").platforms(["linux/amd64", "linux/arm64"]);
    hub.store().publish("library/nginx", "1.27", &image);
    mirror
        .store()
        .publish("dh/library/nginx", "anything", &image);
    let location = Mirror::at(&format!("{}/dh", mirror.address())).unwrap();
    let client = builder()
        .endpoint("docker.io", hub.url("").parse().unwrap())
        .mirrors("docker.io", vec![location])
        .build()
        .unwrap();
    let nginx = Repository::parse("nginx").unwrap();
    let manifest = client.manifest(&nginx, &tag("1.27")).await.unwrap();
    let Document::Index(index) = manifest.document().unwrap() else {
        panic!("no index");
    };
    for child in &index.descriptors {
        let target = Target::Digest(child.digest.clone());
        client.manifest(&nginx, &target).await.unwrap();
    }
    assert_eq!(hub.count(Operation::ManifestGet), 0);
    assert_eq!(hub.count(Operation::ManifestHead), 1);
    assert_eq!(mirror.count(Operation::ManifestGet), 3);
}

#[tokio::test]
async fn a_mirror_that_resolves_is_asked_for_everything() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(3).await);
    let client = mirrored(&origin, [at(&mirror).resolve(true)])
        .build()
        .unwrap();
    let repository = app(&origin);
    assert_eq!(client.tags(&repository).await.unwrap().len(), 3);
    client.head(&repository, &tag("2")).await.unwrap();
    read(&client, &repository, "3").await;
    assert_eq!(origin.requests().len(), 0);
    // Without a digest in its answer the bytes tell.
    mirror.behave(Behaviour::on(Operation::ManifestHead).without_header("docker-content-digest"));
    let digest = client.head(&repository, &tag("1")).await.unwrap();
    assert_eq!(digest, TestImage::new("app 1").build().digest);
    assert_eq!(origin.requests().len(), 0);
    // Its content may come from elsewhere.
    let elsewhere = mirror_with(1).await;
    let asked = [at(&mirror).resolve(true).content(false), at(&elsewhere)];
    let client = mirrored(&origin, asked).build().unwrap();
    mirror.behave_well();
    mirror.forget_requests();
    read(&client, &repository, "1").await;
    assert_eq!(
        (counts(&mirror, &CONTENT), counts(&elsewhere, &CONTENT)),
        (0, 2)
    );
}

#[tokio::test]
async fn what_a_resolving_mirror_lacks_the_next_one_or_the_registry_says() {
    let origin = registry_with(4).await;
    let (empty, some) = (registry().await, mirror_with(2).await);
    let mirrors = [at(&empty).resolve(true), at(&some).resolve(true)];
    let recorder = Recorder::default();
    let client = mirrored(&origin, mirrors)
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    let repository = app(&origin);
    assert_eq!(client.tags(&repository).await.unwrap().len(), 2);
    client.head(&repository, &tag("2")).await.unwrap();
    assert_eq!(origin.requests().len(), 0);
    let digest = client.head(&repository, &tag("4")).await.unwrap();
    assert_eq!(digest, TestImage::new("app 4").build().digest);
    assert_eq!(origin.count(Operation::ManifestHead), 1);
    assert_eq!(passed(&recorder).len(), 4, "{:?}", passed(&recorder));
}

#[tokio::test]
async fn a_mirror_that_fails_in_any_way_is_passed_over() {
    let get = || Behaviour::on(Operation::ManifestGet);
    for (behaviour, reason, is_asked_again) in [
        (get().hang_up(), "cannot be reached", false),
        (get().never_answer(), "did not answer in time", false),
        (get().status(401), "refused (401)", false),
        (get().status(403), "refused (403)", false),
        (get().status(404), "does not have it (404)", true),
        (get().status(429), "too many requests (429)", false),
        (
            get().status(429).header("retry-after", "3600"),
            "too many requests (429)",
            false,
        ),
        (get().status(500), "failed (500)", false),
        (get().body("{}"), "something else", false),
        (get().html("<html>log in</html>"), "web page", false),
        (get().oversized(64 << 20), "larger than", true),
        (get().truncated(9), "cannot be reached", false),
        (get().redirect("{path}"), "redirects too often", false),
        (get().redirect("ftp://127.0.0.1/x"), "not HTTP", false),
    ] {
        let (origin, mirror) = (registry_with(2).await, mirror_with(2).await);
        mirror.behave(behaviour);
        let recorder = Recorder::default();
        let timeouts = Timeouts {
            total: Duration::from_millis(300),
            ..Timeouts::default()
        };
        let client = mirrored(&origin, [at(&mirror)])
            .timeouts(timeouts)
            .observer(Arc::new(recorder.clone()))
            .build()
            .unwrap();
        let repository = app(&origin);
        let digest = read(&client, &repository, "1").await;
        assert_eq!(digest, TestImage::new("app 1").build().digest);
        assert_eq!(origin.count(Operation::ManifestGet), 1);
        let told = passed(&recorder);
        assert!(told[0].1.contains(reason), "{reason}: {told:?}");
        assert_eq!(told[0].0, format!("{}/hub", mirror.address()));
        let before = mirror.count(Operation::ManifestGet);
        read(&client, &repository, "2").await;
        let is_asked = mirror.count(Operation::ManifestGet) > before;
        assert_eq!(is_asked, is_asked_again, "{reason}");
    }
}

#[tokio::test]
async fn wrong_bytes_of_a_blob_are_not_taken_either() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    mirror.behave(Behaviour::on(Operation::BlobGet).body("{}"));
    let recorder = Recorder::default();
    let client = mirrored(&origin, [at(&mirror)])
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    read(&client, &app(&origin), "1").await;
    assert_eq!(
        (
            origin.count(Operation::BlobGet),
            origin.count(Operation::ManifestGet)
        ),
        (1, 0)
    );
    let is_wrong = |event: &Event| matches!(event, Event::MirrorPassed { is_wrong: true, .. });
    assert_eq!(
        recorder
            .events()
            .iter()
            .filter(|event| is_wrong(event))
            .count(),
        1
    );
}

#[tokio::test]
async fn what_a_mirror_says_of_the_bytes_does_not_count() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    let lie = "application/vnd.docker.distribution.manifest.list.v2+json";
    mirror.behave(Behaviour::on(Operation::ManifestGet).header("content-type", lie));
    let client = mirrored(&origin, [at(&mirror)]).build().unwrap();
    let manifest = client.manifest(&app(&origin), &tag("1")).await.unwrap();
    assert_eq!(
        manifest.media_type,
        "application/vnd.oci.image.manifest.v1+json"
    );
    assert_eq!(mirror.count(Operation::ManifestGet), 1);
}

#[tokio::test]
async fn mirrors_are_asked_in_their_order_and_a_dead_one_once() {
    let origin = registry_with(2).await;
    let (first, second) = (mirror_with(2).await, mirror_with(2).await);
    let dead = registry().await;
    let dead_place = at(&dead);
    drop(dead);
    let recorder = Recorder::default();
    let client = mirrored(&origin, [dead_place.clone(), at(&first), at(&second)])
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    for text in ["1", "2"] {
        read(&client, &app(&origin), text).await;
    }
    assert_eq!(
        (counts(&first, &CONTENT), counts(&second, &CONTENT)),
        (4, 0)
    );
    assert_eq!(passed(&recorder).len(), 1);
    assert_eq!(passed(&recorder)[0].0, dead_place.to_string());
}

#[tokio::test]
async fn the_longest_beginning_says_where_to_ask() {
    let origin = registry().await;
    let [host, namespace, exact] = [registry().await, registry().await, registry().await];
    let image = |name: &str| TestImage::new(name);
    for name in ["other/api", "acme/web", "acme/api"] {
        origin.store().publish(name, "1", &image(name));
    }
    host.store()
        .publish("h/other/api", "1", &image("other/api"));
    namespace.store().publish("n/web", "1", &image("acme/web"));
    exact.store().publish("the/api", "1", &image("acme/api"));
    let to = |registry: &Registry, path: &str| {
        vec![Mirror::at(&format!("{}/{path}", registry.address())).unwrap()]
    };
    let name = origin.address();
    let client = builder()
        .mirrors(name, to(&host, "h"))
        .mirrors(format!("{name}/acme"), to(&namespace, "n"))
        .mirrors(format!("{name}/acme/api"), to(&exact, "the/api"))
        .build()
        .unwrap();
    for path in ["other/api", "acme/web", "acme/api"] {
        read(&client, &Repository::new(name, path).unwrap(), "1").await;
    }
    for mirror in [&host, &namespace, &exact] {
        assert_eq!(counts(mirror, &CONTENT), 2);
        assert_eq!(mirror.requests().len(), 2);
    }
    assert_eq!(counts(&origin, &CONTENT), 0);
}

#[tokio::test]
async fn an_error_of_the_registry_says_which_mirrors_were_tried() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    mirror.behave(Behaviour::always().status(403));
    origin.behave(Behaviour::on(Operation::ManifestGet).status(500));
    let client = mirrored(&origin, [at(&mirror)]).build().unwrap();
    let error = client.manifest(&app(&origin), &tag("1")).await.unwrap_err();
    assert_eq!(error.code(), Code::RegistryFailed);
    assert!(error.to_string().contains(origin.address()), "{error}");
    let note = format!(
        "the mirror {}/hub was passed over: it refused (403)",
        mirror.address()
    );
    assert!(error.notes().contains(&note), "{error:?}");
}

#[tokio::test]
async fn without_the_network_no_mirror_is_blamed() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    let recorder = Recorder::default();
    let client = mirrored(&origin, [at(&mirror).resolve(true)])
        .offline(true)
        .observer(Arc::new(recorder.clone()))
        .build()
        .unwrap();
    let error = client.manifest(&app(&origin), &tag("1")).await.unwrap_err();
    assert_eq!(error.code(), Code::Offline);
    assert!(recorder.events().is_empty());
}

#[tokio::test]
async fn a_registry_may_be_asked_as_another_or_not_at_all() {
    let real = registry().await;
    real.store()
        .publish("internal/app", "1", &TestImage::new("app"));
    let location = Mirror::at(&format!("{}/internal", real.address())).unwrap();
    let moved = Route {
        location: Some(location),
        ..Route::default()
    };
    let blocked = Route {
        blocked_by: Some("/etc/containers/registries.conf".into()),
        ..Route::default()
    };
    let routes = Routes::new()
        .route("r.example.com/team", moved)
        .route("*.evil.test", blocked);
    let client = builder().routes(routes).build().unwrap();
    let repository = Repository::new("r.example.com", "team/app").unwrap();
    assert_eq!(client.tags(&repository).await.unwrap().len(), 1);
    read(&client, &repository, "1").await;
    let missing = client.head(&repository, &tag("2")).await.unwrap_err();
    assert_eq!(missing.code(), Code::ManifestNotFound);
    assert!(missing.to_string().contains("r.example.com"), "{missing}");
    assert!(all_of(&missing).contains(real.address()), "{missing:?}");
    let repository = Repository::new("r.evil.test", "team/app").unwrap();
    let error = client.tags(&repository).await.unwrap_err();
    assert_eq!(error.code(), Code::Blocked);
    assert!(matches!(error.kind(), ErrorKind::Blocked { .. }));
    assert!(error.to_string().contains("registries.conf"), "{error}");
}
