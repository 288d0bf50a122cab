//! Mirrors below a path of nginx, as the library asks them.

use std::sync::Arc;

use imagelock::embedded::{AuthMode as Wanted, Operation};
use imagelock::image::Document;
use imagelock::observe::Event;
use imagelock::registry::{Auth, Client, Credential, Mirror, Secret};

use crate::registry::support::{Recorder, app, builder, registry_with, tag};
use crate::support::nginx::{Nginx, Server};
use crate::support::pki::{Authority, VALID};
use crate::transport::support::{NAME, named, trusting, with_tls};

const PASSWORD: &str = "canary-password";

fn logged_in() -> Auth {
    Auth::Credential(Credential::basic("bot", Secret::new(PASSWORD), "a test"))
}

#[tokio::test]
async fn a_mirror_below_a_path_gives_content_and_gets_no_credentials() {
    let authority = Authority::new("ours");
    let issued = authority.server(&[NAME], VALID);
    let (origin, behind) = (registry_with(1).await, registry_with(1).await);
    origin.require(Wanted::basic().user("bot", PASSWORD));
    let upstream = behind.address();
    let location = format!("location /v2/hub/ {{ proxy_pass http://{upstream}/v2/; }}\n");
    let Some(nginx) = Nginx::start(|_| [Server::plain(&location).tls(&issued)]) else {
        return;
    };
    let mirror = nginx.at(NAME, 0);
    let client = named()
        .host(&mirror, with_tls(trusting(&authority)))
        .auth(origin.address(), logged_in())
        .mirrors(
            origin.address(),
            vec![Mirror::at(&format!("{mirror}/hub")).unwrap()],
        )
        .build()
        .unwrap();
    let manifest = client.manifest(&app(&origin), &tag("1")).await.unwrap();
    let Document::Manifest(document) = manifest.document().unwrap() else {
        panic!("an index");
    };
    client.blob(&app(&origin), &document.config).await.unwrap();
    assert_eq!(
        origin.count(Operation::ManifestGet) + origin.count(Operation::BlobGet),
        0
    );
    let requests = nginx.requests(0);
    let paths: Vec<_> = requests
        .iter()
        .map(|request| request.path.as_str())
        .collect();
    let digest = &document.config.digest;
    assert_eq!(
        paths,
        [
            format!("/v2/hub/team/app/manifests/{}", manifest.digest),
            format!("/v2/hub/team/app/blobs/{digest}"),
        ]
    );
    for request in requests {
        assert_eq!(
            (request.authorization.as_str(), request.status.as_str()),
            ("", "200")
        );
        assert_eq!(request.protocol, "HTTP/2.0");
    }
}

#[tokio::test]
async fn a_mirror_that_answers_with_pages_of_its_own_is_passed_over() {
    let Some(nginx) = Nginx::start(|_| {
        [
            // Nobody listens there.
            Server::passing("127.0.0.1:1"),
            Server::plain("location / { return 200 \"<html>welcome to nginx</html>\"; }\n"),
            Server::plain("location / { return 404; }\n"),
        ]
    }) else {
        return;
    };
    for (number, reason) in ["(502)", "a web page", "does not have it"]
        .into_iter()
        .enumerate()
    {
        let origin = registry_with(1).await;
        let mirror = nginx.at("127.0.0.1", number);
        let recorder = Recorder::default();
        let client: Client = builder()
            .observer(Arc::new(recorder.clone()))
            .mirrors(
                origin.address(),
                vec![Mirror::at(&format!("{mirror}/hub")).unwrap()],
            )
            .build()
            .unwrap();
        client.manifest(&app(&origin), &tag("1")).await.unwrap();
        assert_eq!(origin.count(Operation::ManifestGet), 1);
        let passed = recorder.events().into_iter().find_map(|event| match event {
            Event::MirrorPassed { mirror, reason, .. } => Some((mirror, reason)),
            _ => None,
        });
        let (place, why) = passed.unwrap();
        assert!(place.starts_with(&mirror), "{place}");
        assert!(why.contains(reason), "{why}");
        assert_ne!(nginx.requests(number), []);
    }
}
