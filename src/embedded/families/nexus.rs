use super::profile::Profile;
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::paging::Paging;

/// Nexus with a hosted or proxy repository on a port of its own: Basic, and `null` among the tags.
///
/// Its links have a path that the port does not serve (sonatype/nexus-public, issue 1011).
pub(super) fn hosted() -> Profile {
    let auth = AuthMode::basic().challenge(r#"BASIC realm="Sonatype Nexus Repository Manager""#);
    Profile::new("nexus-hosted", "nexus", "nexus.example.com:5000")
        .auth(auth)
        .tags(
            Paging::new()
                .link("http://{address}/repository/docker-hosted{path}?{query}")
                .also(None),
        )
        .without_referrers()
}

/// Nexus with a group repository and the Docker Bearer Token Realm: pages without a link to the next
/// (sonatype/nexus-public, issue 117).
pub(super) fn group() -> Profile {
    let auth = AuthMode::bearer()
        .or_basic()
        .anonymous()
        .token_path("/v2/token")
        .service("nexus.example.com")
        .challenge(r#"Bearer realm="{realm}",service="{service}""#)
        .unseen(Unseen::NoScope, Unseen::NotFound);
    Profile::new("nexus-group", "nexus", "nexus.example.com")
        .auth(auth)
        .tags(Paging::new().without_links().also(None))
        .without_referrers()
}
