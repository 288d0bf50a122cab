use super::profile::{Busy, Profile};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::interfaces::Interface;
use crate::embedded::paging::Paging;

/// Quay: tokens that say nothing of their end, small pages, and a cursor that only it can read.
///
/// Too many requests are answered by the proxy before it, with a page for browsers.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .anonymous()
        .token_path("/v2/auth")
        .service("quay.io")
        .unseen(Unseen::NoScope, Unseen::NoScope);
    Profile::new("quay", "quay", "quay.io")
        .username_like("acme+ci")
        .offering(Interface::Quay)
        .auth(auth)
        .tags(
            Paging::new()
                .page_size(50)
                .at_most(100)
                .opaque_cursor("next_page")
                .link("http://{address}{path}?{query}"),
        )
        .busy_like(Busy {
            says: |base, _| {
                let page = "<html><head><title>429 Too Many Requests</title></head></html>";
                base.status(429).html(page)
            },
            tells_wait: false,
        })
}
