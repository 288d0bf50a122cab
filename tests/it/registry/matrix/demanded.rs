//! Registries that want credentials, and what they do with them.

use imagelock::embedded::{self, Behaviour, Operation};

use super::super::*;

use super::cases::*;

pub(super) const USER: &str = "bot";
pub(super) const PASSWORD: &str = "canary-password";
pub(super) const IDENTITY: &str = "canary-identity";
pub(super) const TOKEN: &str = "canary-registry-token";

/// Makes the registry want credentials in a way, and treat them as their fate has it.
pub(super) fn demand(registry: &Registry, scheme: Scheme, fate: Fate) {
    let base = match scheme {
        Scheme::Basic => embedded::AuthMode::basic(),
        Scheme::Bearer => embedded::AuthMode::bearer(),
        Scheme::BearerAndBasic => embedded::AuthMode::bearer().or_basic(),
    };
    let mut auth = match fate {
        Fate::Revoked => base.user(USER, "another").identity_token("another"),
        _ => base
            .user(USER, PASSWORD)
            .identity_token(IDENTITY)
            .registry_token(TOKEN),
    };
    if fate == Fate::OddRealm {
        auth = auth.realm("https://169.254.169.254/token");
    }
    registry.require(auth);
    let realm = Behaviour::on(Operation::Token);
    match fate {
        Fate::Page => registry.behave(realm.html("<html>Please log in</html>")),
        Fate::NoToken => registry.behave(realm.json(r#"{"expires_in":300}"#)),
        Fate::Slow => registry.behave(realm.never_answer()),
        Fate::ExpiredToken => {
            // Of the first request that has a token.
            let refusal = Behaviour::on(Operation::Tags).times(1).status(401);
            registry.behave(refusal.header(
                "www-authenticate",
                r#"Bearer realm="http://{address}/token",error="invalid_token""#,
            ));
        }
        Fate::Refused => registry.behave(Behaviour::on(Operation::Tags).status(403)),
        _ => {}
    }
}
