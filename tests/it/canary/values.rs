//! What values say of themselves, also where a program ends in a panic.

use std::panic;

use imagelock::registry::cloud::{AwsEcr, Azure, CloudEnvironment, Google};
use imagelock::registry::{Auth, Client, Credential, CredentialStore, HostSettings, Secret};

const CANARY: &str = "canary";

fn shown() -> String {
    let secret = || Secret::new("canary-secret");
    let credential = Credential::basic("bot", secret(), "a test");
    let store = CredentialStore::new()
        .text("a test", r#"{"auths":{"r.io":{"auth":"canary"}}}"#)
        .file("/nowhere");
    let names = [
        "AWS_SECRET_ACCESS_KEY",
        "AZURE_CLIENT_SECRET",
        "GOOGLE_API_KEY",
    ];
    let variables = names.map(|name| (name.to_string(), "canary-variable".to_string()));
    let environment = CloudEnvironment::new(variables, jiff::Timestamp::UNIX_EPOCH);
    let builder = Client::builder()
        .auth("r.io", Auth::Credential(credential.clone()))
        .credentials(store.clone())
        .host("r.io", HostSettings::default());
    let builder_shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    [
        format!("{:?}", secret()),
        format!("{credential:?}"),
        format!("{:?}", Credential::identity_token(secret(), "a test")),
        format!("{:?}", Credential::registry_token(secret(), "a test")),
        format!("{:?}", Auth::Credential(credential)),
        format!("{store:?}"),
        format!("{:?}", Auth::Store(store)),
        format!("{environment:?}"),
        format!("{:?}", AwsEcr::new(environment.clone())),
        format!("{:?}", Azure::new(environment.clone())),
        format!("{:?}", Google::new(environment)),
        builder_shown,
        format!("{client:?}"),
    ]
    .join("\n")
}

#[test]
fn no_value_shows_what_it_holds() {
    let shown = shown();
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn no_panic_shows_what_is_held() {
    // The payload is what the program's end shows.
    let payload = panic::catch_unwind(|| {
        panic!("a value that holds secrets: {}", shown());
    })
    .unwrap_err();
    let said = payload.downcast_ref::<String>().unwrap();
    assert!(said.contains("a value that holds secrets"), "{said}");
    assert!(!said.contains(CANARY), "{said}");
}
