use super::profile::Profile;
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::behaviour::Behaviour;
use crate::embedded::interfaces::Interface;
use crate::embedded::operation::Operation;

/// Harbor: robots with `$` and `+` in their names, and `NOT_FOUND` for all that is not there.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/service/token")
        .service("harbor-registry")
        .token_field("token")
        .token_field("access_token")
        .expires_in(1800)
        .issued_at("2026-11-23T10:00:00Z")
        .unseen(Unseen::NoScope, Unseen::NotFound);
    let missing =
        |what| format!(r#"{{"errors":[{{"code":"NOT_FOUND","message":"{what} not found"}}]}}"#);
    Profile::new("harbor", "harbor", "harbor.example.com")
        .username_like("robot$acme+ci")
        .offering(Interface::Harbor)
        .auth(auth)
        .manner(
            Behaviour::always()
                .if_no_repository()
                .status(404)
                .json(&missing("repository")),
        )
        .manner(
            Behaviour::on_any([Operation::ManifestHead, Operation::ManifestGet])
                .if_no_manifest()
                .status(404)
                .json(&missing("artifact")),
        )
}
