use super::profile::{Busy, Profile, retry_after};
use crate::embedded::auth::{AuthMode, Unseen};
use crate::embedded::interfaces::Interface;
use crate::embedded::paging::Paging;

/// Azure Container Registry: identity tokens, answers with `access_token` alone, a silent cap of 1000.
///
/// See <https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md>.
pub(super) fn profile() -> Profile {
    let auth = AuthMode::bearer()
        .or_basic()
        .token_path("/oauth2/token")
        .service("acme.azurecr.io")
        .challenge(r#"Bearer realm="{realm}",service="{service}",scope="{scope}""#)
        .token_field("access_token")
        .unseen(Unseen::NoScope, Unseen::NotFound);
    Profile::new("azure-acr", "azure-acr", "acme.azurecr.io")
        .username_like("00000000-0000-0000-0000-000000000000")
        .offering(Interface::AzureAcr)
        .auth(auth)
        .with_identity_tokens()
        .tags(
            Paging::new()
                .page_size(100)
                .at_most(1000)
                .link("{path}?{query}&orderby="),
        )
        .busy_like(Busy {
            says: |base, wait| retry_after(base.status(429), wait),
            tells_wait: true,
        })
}
