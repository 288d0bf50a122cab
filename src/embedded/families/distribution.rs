use super::profile::Profile;
use crate::embedded::auth::Auth;
use crate::embedded::behaviour::Behaviour;
use crate::embedded::operation::Operation;
use crate::embedded::paging::{Order, Paging};

const HOST: &str = "registry.example.com:5000";

/// Distribution 2.8, the image `registry:2`: all tags at once, in no order, and `null` for none.
pub(super) fn version_2_8() -> Profile {
    let auth = Auth::basic().challenge(r#"Basic realm="Registry Realm""#);
    let tags = Behaviour::on(Operation::Tags)
        .ignore_query(["n", "last"])
        .header("content-type", "application/json; charset=utf-8");
    Profile::new("distribution-2.8", "distribution", HOST)
        .auth(auth)
        .tags(Paging::new().order(Order::Unsorted).null_if_empty())
        .manner(tags)
        .without_referrers()
}

/// Distribution 3.0, here with a token server that knows identity tokens.
pub(super) fn version_3_0() -> Profile {
    let auth = Auth::bearer()
        .service("registry.example.com")
        .token_field("token")
        .token_field("access_token")
        .expires_in(300)
        .issued_at("2026-11-23T10:00:00Z");
    Profile::new("distribution-3.0", "distribution", HOST)
        .auth(auth)
        .with_identity_tokens()
        .without_referrers()
}

/// Distribution 3.1.0 with `tags.maxtags: 100`: who asks for more is refused, who does not gets all.
pub(super) fn version_3_1_0() -> Profile {
    let message = "invalid number of results requested";
    let paging = Paging::new()
        .at_most(100)
        .refuse_more(400, "PAGINATION_NUMBER_INVALID", message);
    Profile::new("distribution-3.1.0", "distribution", HOST)
        .tags(paging)
        .without_referrers()
}

/// Distribution 3.1.1 and later with `tags.maxtags: 100`: who asks for more gets less.
pub(super) fn version_3_1_1() -> Profile {
    Profile::new("distribution-3.1.1", "distribution", HOST)
        .tags(Paging::new().at_most(100))
        .without_referrers()
}
