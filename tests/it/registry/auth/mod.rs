//! What registries want to see, and what they get.

mod files;
mod proofs;
mod refusals;
mod tokens;

use imagelock::embedded::{Auth, Behaviour, Operation};
use imagelock::error::Code;
use imagelock::registry::{self, Credential, CredentialStore, Secret};

use super::*;

const PASSWORD: &str = "canary-password";
/// `bot:canary-password`.
const ENCODED: &str = "Ym90OmNhbmFyeS1wYXNzd29yZA==";

fn with(registry: &Registry, credential: Credential) -> ClientBuilder {
    builder().auth(registry.address(), registry::Auth::Credential(credential))
}

fn password(text: &str) -> Credential {
    Credential::basic("bot", Secret::new(text), "environment variable BOT_TOKEN")
}

fn logged_in(registry: &Registry) -> Client {
    with(registry, password(PASSWORD))
        .build()
        .expect("a client")
}

/// A registry with `team/app0` to `team/app9`.
async fn registry_of_ten() -> (Registry, Vec<Repository>) {
    let registry = registry().await;
    let repositories = (0..10)
        .map(|index| {
            let path = format!("team/app{index}");
            registry
                .store()
                .publish(&path, "1", &ImageSpec::new(path.as_str()));
            repository(&registry, &path)
        })
        .collect();
    (registry, repositories)
}

fn statuses(registry: &Registry) -> Vec<(Operation, u16)> {
    let requests = registry.requests().into_iter();
    requests
        .map(|request| (request.operation, request.status.unwrap_or_default()))
        .collect()
}
