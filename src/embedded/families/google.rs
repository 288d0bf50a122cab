use super::profile::{Busy, Profile};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::behaviour::Behaviour;
use crate::embedded::operation::Operation;
use crate::embedded::paging::Paging;

/// Google Artifact Registry and Container Registry: one page with everything, manifests included.
///
/// `n` and `last` are ignored. Passwords are taken at the token endpoint and by the registry itself.
pub(super) fn profile() -> Profile {
    let host = "europe-west1-docker.pkg.dev";
    let auth = AuthMode::bearer()
        .or_basic()
        .anonymous()
        .token_path("/v2/token")
        .service(host)
        .challenge(r#"Bearer realm="{realm}",service="{service}",scope="{scope}""#)
        .token_field("token")
        .token_field("access_token")
        .expires_in(3600)
        .unseen(Unseen::Denied, Unseen::Denied);
    Profile::new("google", "google", host)
        .namespace("acme/images")
        .username_like("oauth2accesstoken")
        .auth(auth)
        .tags(Paging::new().manifests())
        .manner(Behaviour::on(Operation::Tags).ignore_query(["n", "last"]))
        .busy_like(SILENT)
}

/// A 429 in the envelope of errors, without a time.
pub(super) const SILENT: Busy = Busy {
    says: |base, _| base.status(429),
    tells_wait: false,
};
