//! What an observer is told of requests and of the cache.

use imagelock::embedded::{AuthMode, Behaviour, Gate, Operation};
use imagelock::image::Document;
use imagelock::observe::{Request, RequestKind};
use imagelock::registry::ContentCache;

use super::*;

fn observed(recorder: &Recorder, builder: ClientBuilder) -> Client {
    let builder = builder.observer(Arc::new(recorder.clone()));
    builder.build().expect("a client")
}

/// Returns the requests that were answered, with the status.
fn answered(recorder: &Recorder) -> Vec<(Request, u16)> {
    let events = recorder.events().into_iter();
    let answered = events.filter_map(|event| match event {
        Event::RequestFinished {
            request, status, ..
        } => Some((request, status)),
        _ => None,
    });
    answered.collect()
}

#[tokio::test]
async fn every_request_is_told_without_its_query() {
    let registry = registry_with(1).await;
    let recorder = Recorder::default();
    let client = observed(&recorder, builder());
    client.tags(&app(&registry)).await.unwrap();
    let events = recorder.events();
    let [
        Event::RequestStarted { request },
        Event::RequestFinished {
            request: answered,
            status: 200,
            version: "HTTP/1.1",
            received_bytes: 1..,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    let expected = Request {
        host: registry.address().into(),
        method: "GET",
        path: "/v2/team/app/tags/list".into(),
        kind: RequestKind::TagList,
        attempt: 1,
    };
    assert_eq!((request, answered), (&expected, &expected));
}

#[tokio::test]
async fn every_request_has_its_kind() {
    let registry = registry().await;
    let image = TestImage::new("app").platforms(["linux/amd64"]);
    let digest = registry.store().publish("team/app", "1", &image);
    registry.require(AuthMode::bearer().anonymous());
    // A refusal that does not say what is wanted: then `/v2/` has to tell.
    registry.behave(Behaviour::on(Operation::Tags).status(401).times(1));
    let recorder = Recorder::default();
    let (client, app) = (observed(&recorder, builder()), app(&registry));
    client.tags(&app).await.unwrap();
    client.head(&app, &tag("1")).await.unwrap();
    let index = client.manifest(&app, &tag("1")).await.unwrap();
    let Ok(Document::Index(index)) = index.document() else {
        panic!("no index")
    };
    let child = index.descriptors[0].digest.clone().into();
    let child = client.manifest(&app, &child).await.unwrap();
    let Ok(Document::Manifest(manifest)) = child.document() else {
        panic!("no manifest")
    };
    client.blob(&app, &manifest.config).await.unwrap();
    client.referrers(&app, &digest, None).await.unwrap();
    let kinds: Vec<_> = answered(&recorder)
        .into_iter()
        .map(|(request, status)| {
            let repository = request.repository().map(str::to_owned);
            (request.kind, status, repository)
        })
        .collect();
    let of = |kind, status| (kind, status, Some("team/app".to_string()));
    let expected = [
        of(RequestKind::TagList, 401),
        (RequestKind::Token, 200, None),
        of(RequestKind::TagList, 401),
        (RequestKind::Ping, 401, None),
        (RequestKind::Token, 200, None),
        of(RequestKind::TagList, 200),
        of(RequestKind::ManifestHead, 200),
        of(RequestKind::ManifestGet, 200),
        of(RequestKind::ManifestGet, 200),
        of(RequestKind::Blob, 200),
        of(RequestKind::Referrers, 200),
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_repetition_has_its_number() {
    let registry = registry_with(1).await;
    registry.behave(Behaviour::on(Operation::Tags).status(500).times(2));
    let recorder = Recorder::default();
    let client = observed(&recorder, builder());
    client.tags(&app(&registry)).await.unwrap();
    let answered = answered(&recorder).into_iter();
    let attempts: Vec<_> = answered
        .map(|(request, status)| (request.attempt, status))
        .collect();
    assert_eq!(attempts, [(1, 500), (2, 500), (3, 200)]);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_has_an_end() {
    let registry = registry_with(1).await;
    let gate = Gate::new();
    registry.behave(Behaviour::on(Operation::Tags).wait_at(&gate));
    let recorder = Recorder::default();
    let (client, app) = (observed(&recorder, builder()), app(&registry));
    let listed = client.tags(&app);
    tokio::select! {
        _ = listed => panic!("an answer"),
        () = gate.arrived(1) => {}
    }
    let events = recorder.events();
    let [
        Event::RequestStarted { request },
        Event::RequestFailed {
            request: left,
            reason,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!(request, left);
    assert_eq!(reason, "its answer is not needed any more");
}

#[tokio::test]
async fn what_the_cache_has_and_lacks_is_told() {
    let registry = registry().await;
    let image = TestImage::new("app").platforms(["linux/amd64"]);
    let digest = Target::from(registry.store().publish("team/app", "1", &image));
    let folder = tempfile::tempdir().unwrap();
    let app = app(&registry);
    let look = async |recorder: &Recorder| {
        let builder = builder().cache(ContentCache::new(folder.path()));
        let client = observed(recorder, builder);
        let manifest = client.manifest(&app, &digest).await.unwrap();
        manifest.bytes.len() as u64
    };
    let (cold, warm) = (Recorder::default(), Recorder::default());
    let length = look(&cold).await;
    assert_eq!(cold.events()[0], Event::CacheMiss);
    assert_eq!(answered(&cold).len(), 1);
    look(&warm).await;
    assert_eq!(warm.events(), [Event::CacheHit { bytes: length }]);
}
