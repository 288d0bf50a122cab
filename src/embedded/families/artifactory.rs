use super::google::SILENT;
use super::profile::Profile;
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::paging::Paging;

/// Artifactory: digests among the tags, and links that leave out the repository key (RTFACT-18971).
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .or_basic()
        .token_path("/v2/token")
        .service("acme.jfrog.io")
        .challenge(r#"Basic realm="Artifactory Realm""#)
        .challenge(r#"Bearer realm="{realm}",service="{service}",scope="{scope}""#)
        .token_field("token")
        .expires_in(3600)
        .unseen(Unseen::NoScope, Unseen::NotFound);
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    Profile::new("artifactory", "artifactory", "acme.jfrog.io")
        .namespace("docker-local/acme")
        .auth(auth)
        .tags(
            Paging::new()
                .link("/v2/{tail}/tags/list?{query}")
                .also(Some(digest)),
        )
        .without_referrers()
        .busy_like(SILENT)
}
