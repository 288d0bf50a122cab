use super::profile::{Busy, Profile, retry_after};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::interfaces::Interface;
use crate::embedded::paging::Paging;

/// GitLab: tokens of the web application, which gives none for what it does not show.
///
/// Its links name the previous page as well. Too many requests are answered in plain text.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/jwt/auth")
        .service("container_registry")
        .unseen(Unseen::NoToken(403), Unseen::NoToken(403));
    Profile::new("gitlab", "gitlab", "registry.gitlab.com")
        .username_like("gitlab+deploy-token-1")
        .offering(Interface::Gitlab)
        .auth(auth)
        .tags(
            Paging::new()
                .at_most(1000)
                .link("http://{address}{path}?{query}")
                .link_to_previous(),
        )
        .without_referrers()
        .busy_like(Busy {
            says: |base, wait| retry_after(base.status(429).text("Retry later\n"), wait),
            tells_wait: true,
        })
}
