use super::profile::Profile;
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::paging::Paging;

/// Gitea: two challenges in two lines, and a link on the last page too.
pub(super) fn gitea() -> Profile {
    let auth = auth()
        .challenge(BEARER)
        .challenge(r#"Basic realm="Gitea Container Registry""#);
    Profile::new("gitea", "gitea-forgejo", "gitea.example.com")
        .auth(auth)
        .tags(Paging::new().link_at_end())
        .without_referrers()
}

/// Forgejo as on codeberg.org: two challenges in one line.
pub(super) fn forgejo() -> Profile {
    let both = format!(r#"{BEARER},Basic realm="Gitea Container Registry""#);
    Profile::new("forgejo", "gitea-forgejo", "codeberg.org")
        .auth(auth().challenge(&both))
        .tags(Paging::new().link_at_end())
        .without_referrers()
}

const BEARER: &str = r#"Bearer realm="{realm}",service="{service}",scope="*""#;

fn auth() -> AuthMode {
    AuthMode::bearer()
        .or_basic()
        .anonymous()
        .token_path("/v2/token")
        .service("container_registry")
        .unseen(Unseen::NoScope, Unseen::NotFound)
}
