use super::profile::Profile;
use crate::embedded::auth::AuthMode;
use crate::embedded::behaviour::Behaviour;
use crate::embedded::operation::Operation;
use crate::embedded::paging::{ListOrder, Paging};

/// What all versions have in common: a manifest is unknown, whether its repository is or not.
fn any(name: &'static str) -> Profile {
    let unknown =
        r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{}}]}"#;
    let manifests = Behaviour::on_any([Operation::ManifestHead, Operation::ManifestGet]);
    Profile::new(name, "distribution", "registry.example.com:5000")
        .manner(manifests.if_no_repository().status(404).json(unknown))
        .without_referrers()
}

/// Distribution 2.8, the image `registry:2`: all tags at once, in no order, and `null` for none.
pub(super) fn version_2_8() -> Profile {
    let auth = AuthMode::basic().challenge(r#"Basic realm="Registry Realm""#);
    let tags = Behaviour::on(Operation::Tags)
        .ignore_query(["n", "last"])
        .header("content-type", "application/json; charset=utf-8");
    any("distribution-2.8")
        .auth(auth)
        .tags(Paging::new().order(ListOrder::Unsorted).null_if_empty())
        .manner(tags)
}

/// Distribution 3.0, here with a token server that knows identity tokens.
pub(super) fn version_3_0() -> Profile {
    let auth = AuthMode::bearer()
        .service("registry.example.com")
        .token_field("token")
        .token_field("access_token")
        .expires_in(300)
        .issued_at("2026-11-23T10:00:00Z");
    any("distribution-3.0").auth(auth).with_identity_tokens()
}

/// Distribution 3.1.0 with `tags.maxtags: 100`: who asks for more is refused, who does not gets all.
pub(super) fn version_3_1_0() -> Profile {
    let message = "invalid number of results requested";
    let paging = Paging::new()
        .at_most(100)
        .refuse_more(400, "PAGINATION_NUMBER_INVALID", message);
    any("distribution-3.1.0").tags(paging)
}

/// Distribution 3.1.1 and later with `tags.maxtags: 100`: who asks for more gets less.
pub(super) fn version_3_1_1() -> Profile {
    any("distribution-3.1.1").tags(Paging::new().at_most(100))
}
