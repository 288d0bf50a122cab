use std::path::Path;

use imagelock::embedded::{Answers, AuthMode as Wanted, Behaviour, Gate};
use imagelock::image::Repository;
use imagelock::registry::cloud::Google;

use super::support::{asked, builder, environment, json, registry, tags};

const GAR: &str = "europe-west1-docker.pkg.dev";
const TOKEN: &str = "/computeMetadata/v1/instance/service-accounts/default/token";

fn google() -> Wanted {
    Wanted::bearer().user("oauth2accesstoken", "canary-access")
}

fn token() -> Behaviour {
    json(r#"{"access_token":"canary-access","expires_in":3599,"token_type":"Bearer"}"#)
        .header("metadata-flavor", "Google")
}

fn cloud(metadata: &str) -> Google {
    let variables = [("GCE_METADATA_HOST", metadata)];
    Google::new(environment(&variables, Path::new("/nowhere")))
}

#[tokio::test]
async fn the_metadata_server_gives_the_token_of_its_machine() {
    let (registry, metadata) = (registry(google()).await, Answers::start().await.unwrap());
    metadata.on("GET", TOKEN, token());
    let cloud = cloud(metadata.address());
    assert_eq!(cloud.source().unwrap(), "the Google metadata server");
    assert_eq!(tags(GAR, &registry.url(""), cloud).await.unwrap(), 1);
    let [request] = &metadata.requests()[..] else {
        panic!("{:?}", asked(&metadata));
    };
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", TOKEN)
    );
    assert_eq!(request.header("metadata-flavor"), Some("Google"));
    assert_eq!(request.authorization(), None);
}

#[tokio::test]
async fn one_token_serves_all_registries_at_the_same_time() {
    let (registry, metadata) = (registry(google()).await, Answers::start().await.unwrap());
    let gate = Gate::new();
    metadata.on("GET", TOKEN, token().wait_at(&gate));
    let names = [GAR, "gcr.io", "eu.gcr.io", "registry.example.com"];
    let cloud = cloud(metadata.address());
    let clients = names.map(|name| builder(name, &registry.url(""), cloud.clone()));
    let all = clients
        .into_iter()
        .zip(names)
        .map(|(client, name)| async move {
            let repository = Repository::new(name, "team/app").unwrap();
            client.build().unwrap().tags(&repository).await.unwrap();
        });
    let open = async {
        gate.arrived(1).await;
        gate.open();
    };
    tokio::join!(futures_util::future::join_all(all), open);
    assert_eq!(metadata.requests().len(), 1);
}

#[tokio::test]
async fn something_else_in_the_place_of_the_metadata_server_is_not_believed() {
    let (registry, metadata) = (registry(google()).await, Answers::start().await.unwrap());
    metadata.on("GET", TOKEN, token().without_header("metadata-flavor"));
    let failure = tags(GAR, &registry.url(""), cloud(metadata.address())).await;
    failure.unwrap_err().says(&[
        "the Google metadata server",
        "without `Metadata-Flavor: Google`",
    ]);
}

#[tokio::test]
async fn without_any_source_all_of_them_are_named() {
    let (registry, metadata) = (registry(google()).await, Answers::start().await.unwrap());
    metadata.on("GET", TOKEN, Behaviour::always().hang_up());
    let failure = tags(GAR, &registry.url(""), cloud(metadata.address())).await;
    failure.unwrap_err().says(&[
        GAR,
        "GOOGLE_APPLICATION_CREDENTIALS is not set",
        "application_default_credentials.json",
        "no metadata server answers",
        "run `gcloud auth application-default login`",
    ]);
}
