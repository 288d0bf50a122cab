//! Mirrors: to whom credentials go, and over what.

use std::sync::Arc;

use imagelock::embedded::{AuthMode as Wanted, Operation, Registry};
use imagelock::image::Repository;
use imagelock::registry::{Auth, Credential, HostSettings, Mirror, Secret};

use super::mirrors::{CONTENT, at, counts, mirror_with, mirrored, passed, read};
use super::support::{NAME, named, trusting, with_tls};
use crate::registry::support::{Recorder, app, registry_with};
use crate::support::pki::{Authority, VALID};
use crate::support::tls_front::{Clients, TlsFront};

#[tokio::test]
async fn each_gets_its_own_credentials_and_nobody_elses() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    origin.require(Wanted::basic().user("origin", "canary-origin"));
    mirror.require(Wanted::bearer().user("mirror", "canary-mirror"));
    let login = |name: &str| {
        let password = Secret::new(format!("canary-{name}"));
        Auth::Credential(Credential::basic(name, password, "a test"))
    };
    let both = mirrored(&origin, [at(&mirror)])
        .auth(origin.address(), login("origin"))
        .auth(mirror.address(), login("mirror"));
    read(&both.build().unwrap(), &app(&origin), "1").await;
    assert_eq!(counts(&origin, &CONTENT), 0);
    // Without its own it gets none, and the registry serves.
    let one = mirrored(&origin, [at(&mirror)]).auth(origin.address(), login("origin"));
    read(&one.build().unwrap(), &app(&origin), "1").await;
    assert_eq!(counts(&origin, &CONTENT), 2);
    let encoded = "b3JpZ2luOmNhbmFyeS1vcmlnaW4=";
    for request in mirror.requests() {
        assert!(
            !request.contains("canary-origin") && !request.contains(encoded),
            "{request:?}"
        );
    }
    for request in origin.requests() {
        assert!(!request.contains("canary-mirror"), "{request:?}");
    }
}

#[tokio::test]
async fn a_mirror_has_the_tls_of_its_own_name() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    let front = |registry: &Registry, authority: &Authority, name| {
        let issued = authority.server(&[name], VALID);
        TlsFront::start(registry.address(), &issued, Clients::Anyone)
    };
    let origin_front = front(&origin, &ours, NAME);
    let mirror_front = front(&mirror, &theirs, "mirror.test");
    let place = mirror_front.at("mirror.test");
    let repository = Repository::new(&origin_front.at(NAME), "team/app").unwrap();
    let recorder = Recorder::default();
    let client = || {
        named()
            .host(origin_front.at(NAME), with_tls(trusting(&ours)))
            .mirrors(
                origin_front.at(NAME),
                vec![Mirror::at(&format!("{place}/hub")).unwrap()],
            )
            .observer(Arc::new(recorder.clone()))
    };
    read(&client().build().unwrap(), &repository, "1").await;
    assert_eq!(mirror.requests().len(), 0);
    assert!(
        passed(&recorder)[0].1.contains("not trusted"),
        "{:?}",
        passed(&recorder)
    );
    let client = client().host(&place, with_tls(trusting(&theirs)));
    read(&client.build().unwrap(), &repository, "1").await;
    assert_eq!(counts(&mirror, &CONTENT), 2);
}

#[tokio::test]
async fn a_url_without_tls_is_no_leave_to_send_a_password() {
    let (origin, mirror) = (registry_with(1).await, mirror_with(1).await);
    mirror.require(Wanted::basic().user("bot", "canary"));
    let (_, port) = mirror.address().rsplit_once(':').unwrap();
    let name = format!("mirror.test:{port}");
    let url = format!("http://{name}/v2/hub/").parse().unwrap();
    let credential = || Credential::basic("bot", Secret::new("canary"), "a test");
    let client = |plain_http| {
        let settings = HostSettings {
            plain_http,
            ..HostSettings::default()
        };
        named()
            .mirrors(origin.address(), vec![Mirror::api(Clone::clone(&url))])
            .auth(&name, Auth::Credential(credential()))
            .host(&name, settings)
            .build()
            .unwrap()
    };
    read(&client(None), &app(&origin), "1").await;
    assert!(!mirror.requests().is_empty(), "it is asked");
    let has_login = |mirror: &Registry| {
        let requests = mirror.requests().into_iter();
        requests.filter(|one| one.authorization().is_some()).count()
    };
    assert_eq!(has_login(&mirror), 0);
    assert_eq!(origin.count(Operation::BlobGet), 1, "the registry has it");
    read(&client(Some(true)), &app(&origin), "1").await;
    assert!(has_login(&mirror) > 0);
    assert_eq!(origin.count(Operation::BlobGet), 1);
}
