use super::profile::{Busy, Profile};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::behaviour::Behaviour;
use crate::embedded::operation::Operation;
use crate::embedded::paging::Paging;

/// Docker Hub: anonymous tokens, a limit on pulls, and pages of 100 whatever is asked for.
///
/// A `HEAD` is no pull (<https://docs.docker.com/docker-hub/usage/pulls/>). What does not exist is
/// answered like what is private: with a token that does not cover it.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .service("registry.docker.io")
        .token_field("token")
        .token_field("access_token")
        .expires_in(300)
        .issued_at("2026-11-23T10:00:00.123456789Z")
        .unseen(Unseen::NoScope, Unseen::NoScope);
    let manifests = [Operation::ManifestHead, Operation::ManifestGet];
    Profile::new("docker-hub", "docker-hub", "docker.io")
        .namespace("library")
        .auth(auth)
        .tags(Paging::new().at_most(100))
        .manner(Behaviour::on_any(manifests).pull_limit(100, 21_600))
        .busy_like(Busy {
            says: |base, _| base.status(429).text("Too Many Requests\n"),
            tells_wait: false,
        })
}
