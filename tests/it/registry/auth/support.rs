//! What the tests of authentication share.

use imagelock::embedded::Operation;
use imagelock::registry::{self, Credential, Secret};

use super::super::*;

pub(super) const PASSWORD: &str = "canary-password";
/// `bot:canary-password`.
pub(super) const ENCODED: &str = "Ym90OmNhbmFyeS1wYXNzd29yZA==";

pub(super) fn with(registry: &Registry, credential: Credential) -> ClientBuilder {
    builder().auth(registry.address(), registry::Auth::Credential(credential))
}

pub(super) fn password(text: &str) -> Credential {
    Credential::basic("bot", Secret::new(text), "environment variable BOT_TOKEN")
}

pub(super) fn logged_in(registry: &Registry) -> Client {
    with(registry, password(PASSWORD))
        .build()
        .expect("a client")
}

/// A registry with `team/app0` to `team/app9`.
pub(super) async fn registry_of_ten() -> (Registry, Vec<Repository>) {
    let registry = registry().await;
    let repositories = (0..10)
        .map(|index| {
            let path = format!("team/app{index}");
            registry
                .store()
                .publish(&path, "1", &TestImage::new(path.as_str()));
            repository(&registry, &path)
        })
        .collect();
    (registry, repositories)
}

pub(super) fn statuses(registry: &Registry) -> Vec<(Operation, u16)> {
    let requests = registry.requests().into_iter();
    requests
        .map(|request| (request.operation, request.status.unwrap_or_default()))
        .collect()
}
