use url::Url;

use super::authenticator::AuthRequest;
use crate::registry::transport::endpoint::host_of;

/// Registries whose tokens come from another host, by the registry's name and that host. `*` is one label.
///
/// Each pair belongs to one operator, as his documentation or his registry's own challenge says.
const KNOWN: [(&str, &str); 6] = [
    ("docker.io", "auth.docker.io"),
    ("index.docker.io", "auth.docker.io"),
    ("registry-1.docker.io", "auth.docker.io"),
    ("registry.gitlab.com", "gitlab.com"),
    ("registry.digitalocean.com", "api.digitalocean.com"),
    ("rg.*.scw.cloud", "api.scaleway.com"),
];

/// Returns `true` if a token realm may get a registry's credentials: it is on the registry's own host, or it is
/// known to belong to it, or the config says so.
pub(in crate::registry) fn is_known(auth_request: &AuthRequest<'_>, realm: &Url) -> bool {
    if realm.host() == auth_request.registry.host() {
        return true;
    }
    let host = host_of(realm);
    let is_allowed = |allowed: &String| allowed.eq_ignore_ascii_case(&host);
    let is_pair =
        |(registry, known): &(&str, &str)| fits(registry, auth_request.name) && *known == host;
    auth_request.realms.iter().any(is_allowed) || KNOWN.iter().any(is_pair)
}

fn fits(pattern: &str, host: &str) -> bool {
    let (mut wanted, mut labels) = (pattern.split('.'), host.split('.'));
    loop {
        match (wanted.next(), labels.next()) {
            (None, None) => return true,
            (Some(wanted), Some(label)) if wanted == "*" || wanted == label => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, registry: &str, realm: &str, realms: &[&str]) -> bool {
        let realms: Vec<_> = realms.iter().map(ToString::to_string).collect();
        let auth_request = AuthRequest {
            registry: &registry.parse().unwrap(),
            name,
            realms: &realms,
            challenge: None,
            scope: "",
            may_share: false,
            credential: None,
            stale: None,
        };
        is_known(&auth_request, &realm.parse().unwrap())
    }

    #[test]
    fn only_realms_that_belong_to_the_registry_get_its_credentials() {
        let hub = "https://registry-1.docker.io";
        for (name, registry, realm) in [
            ("docker.io", hub, "https://auth.docker.io/token"),
            ("registry-1.docker.io", hub, "https://auth.docker.io/token"),
            ("quay.io", "https://quay.io", "https://quay.io/v2/auth"),
            ("r.io:5000", "https://r.io:5000", "https://r.io/token"),
            (
                "rg.fr-par.scw.cloud",
                "https://rg.fr-par.scw.cloud",
                "https://api.scaleway.com/x",
            ),
        ] {
            assert!(known(name, registry, realm, &[]), "{name} {realm}");
        }
        for (name, registry, realm) in [
            ("docker.io", hub, "https://auth.docker.io.evil.com/token"),
            ("docker.io", hub, "https://auth.docker.io:8443/token"),
            ("evil.io", "https://evil.io", "https://auth.docker.io/token"),
            (
                "r.example.com",
                "https://r.example.com",
                "https://gitlab.example.com/jwt/auth",
            ),
            (
                "127.0.0.1:1",
                "http://127.0.0.1:1",
                "http://localhost:1/token",
            ),
        ] {
            assert!(!known(name, registry, realm, &[]), "{name} {realm}");
        }
        let allowed = ["gitlab.example.com", "auth.example.com:8443"];
        for (realm, expected) in [
            ("https://gitlab.example.com/jwt/auth", true),
            ("https://auth.example.com:8443/token", true),
            ("https://auth.example.com/token", false),
            ("https://other.example.com/token", false),
        ] {
            let is_known = known("r.example.com", "https://r.example.com", realm, &allowed);
            assert_eq!(is_known, expected, "{realm}");
        }
    }
}
