//! Every case.

use futures_util::{StreamExt as _, stream};
use imagelock::embedded::Operation;
use imagelock::registry::{Retries, Timeouts};

use super::super::*;

use super::cases::*;
use super::demanded::demand;
use super::given::client_of;

/// What `Authorization: Basic` has for the user and the password.
const ENCODED: &str = "Ym90OmNhbmFyeS1wYXNzd29yZA==";

#[tokio::test]
async fn every_source_with_every_scheme_in_every_way() {
    let sources = SOURCES.into_iter();
    let sources = sources.filter(|source| cfg!(unix) || !source.is_helper());
    let all = sources.flat_map(|source| {
        let pairs = SCHEMES.into_iter();
        pairs.flat_map(move |scheme| FATES.map(|fate| (source, scheme, fate)))
    });
    let cases: Vec<_> = all
        .filter(|(source, scheme, fate)| exists(*source, *scheme, *fate))
        .collect();
    assert!(cases.len() > 300, "{}", cases.len());
    let runs = cases
        .into_iter()
        .map(|(source, scheme, fate)| one_case(source, scheme, fate));
    stream::iter(runs)
        .buffer_unordered(16)
        .collect::<()>()
        .await;
}

async fn one_case(source: Source, scheme: Scheme, fate: Fate) {
    let case = format!("{source:?}, {scheme:?}, {fate:?}");
    let registry = registry_with(1).await;
    demand(&registry, scheme, fate);
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::default();
    let mut builder = client_of(source, fate, registry.address(), folder.path())
        .observer(Arc::new(recorder.clone()));
    if fate == Fate::Slow {
        let timeouts = Timeouts {
            total: Duration::from_secs(4),
            ..Timeouts::default()
        };
        let retries = Retries {
            count: 0,
            ..Retries::default()
        };
        builder = builder.timeouts(timeouts).retries(retries);
    }
    let client = builder.build().unwrap();
    let outcome = client.tags(&app(&registry)).await;
    let events = format!("{:?}", recorder.events());
    assert!(!events.contains("canary"), "{case}: {events}");
    match (expected(source, scheme, fate), outcome) {
        (None, Ok(tags)) => assert_eq!(tags.len(), 1, "{case}"),
        (Some(code), Err(error)) => {
            let shown = all_of(&error);
            assert_eq!(error.code(), code, "{case}: {error}");
            assert!(shown.contains(registry.address()), "{case}: {shown}");
            assert!(shown.contains(source.named()), "{case}: {shown}");
            let hides = |secret: &str| !shown.contains(secret);
            assert!(hides("canary") && hides(ENCODED), "{case}: {shown}");
        }
        (expected, outcome) => panic!("{case}: expected {expected:?}, got {outcome:?}"),
    }
    if fate == Fate::ExpiredToken {
        assert_eq!(registry.count(Operation::Token), 2, "{case}");
    }
    for request in registry.requests() {
        let may_hold = match source.kind() {
            Kind::Password => request.operation == Operation::Token || scheme == Scheme::Basic,
            Kind::Identity => request.operation == Operation::Token,
            Kind::Token => true,
        };
        let holds = request.contains("canary") || request.contains(ENCODED);
        assert!(may_hold || !holds, "{case}: {request:?}");
    }
    assert!(registry.requests().len() <= 6, "{case}");
}
