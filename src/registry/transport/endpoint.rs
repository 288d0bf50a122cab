use url::{Host, Url};

use super::addresses::{AddressScope, distance};

/// Returns the URL at which a registry is reached by default.
///
/// Docker Hub's registry has another name than its images. Registries on this machine speak plain
/// HTTP unless told otherwise, all others TLS.
pub(in crate::registry) fn default_url(
    registry: &str,
    plain_http: Option<bool>,
) -> Result<Url, String> {
    let host = match registry {
        "docker.io" | "index.docker.io" => "registry-1.docker.io",
        other => other,
    };
    let error = |_| format!("`{registry}` is not a host that can be reached");
    let url = Url::parse(&format!("https://{host}/")).map_err(error)?;
    if plain_http.unwrap_or_else(|| is_loopback(&url)) {
        return Url::parse(&format!("http://{host}/")).map_err(error);
    }
    Ok(url)
}

/// Returns the host of a URL, with the port where it is not the usual one.
pub(in crate::registry) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.into(),
    }
}

/// Returns `true` if a URL leads to this machine: by name or by address.
pub(in crate::registry) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => distance(address.into()) == AddressScope::Machine,
        Some(Host::Ipv6(address)) => distance(address.into()) == AddressScope::Machine,
        None => false,
    }
}

/// Returns `true` if a URL leads to this machine, this link or a private network, by what it spells out.
pub(in crate::registry) fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => distance(address.into()) != AddressScope::World,
        Some(Host::Ipv6(address)) => distance(address.into()) != AddressScope::World,
        Some(Host::Domain(_)) | None => is_loopback(url),
    }
}

/// Checks that a server may send this client from one URL to another without credentials.
pub(in crate::registry) fn check_redirect(from: &Url, to: &Url) -> Result<(), String> {
    let host = host_of(to);
    match to.scheme() {
        "https" => {}
        "http" if from.scheme() == "http" => {}
        "http" => return Err(format!("it leads from TLS to plain HTTP at {host}")),
        _ => return Err("it leads to something that is not HTTP".into()),
    }
    if is_private(to) && !is_same_machine(from, to) {
        return Err(format!("it leads to the private address {host}"));
    }
    Ok(())
}

/// Checks that a registry's credentials may go to a token realm that it names.
pub(in crate::registry) fn check_realm(registry: &Url, realm: &Url) -> Result<(), String> {
    let named = |reason| format!("its token realm is not safe: {reason}");
    check_redirect(registry, realm).map_err(named)?;
    if realm.scheme() == "http" && !is_same_machine(registry, realm) {
        let host = host_of(realm);
        return Err(named(format!("it leads over plain HTTP to {host}")));
    }
    if !realm.username().is_empty() || realm.password().is_some() {
        return Err(named("it has credentials in its URL".into()));
    }
    Ok(())
}

fn is_same_machine(one: &Url, other: &Url) -> bool {
    one.host() == other.host() || (is_loopback(one) && is_loopback(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_speaks_plain_http_and_the_hub_has_another_name() {
        for (registry, plain, expected) in [
            ("docker.io", None, "https://registry-1.docker.io/"),
            ("ghcr.io", None, "https://ghcr.io/"),
            ("ghcr.io", Some(true), "http://ghcr.io/"),
            ("localhost:5000", None, "http://localhost:5000/"),
            ("LOCALHOST:5000", None, "http://localhost:5000/"),
            ("reg.localhost", None, "http://reg.localhost/"),
            ("127.1.2.3:5000", None, "http://127.1.2.3:5000/"),
            ("[::1]:5000", None, "http://[::1]:5000/"),
            ("localhost:5000", Some(false), "https://localhost:5000/"),
            (
                "localhost.example.com",
                None,
                "https://localhost.example.com/",
            ),
            ("192.168.1.1:5000", None, "https://192.168.1.1:5000/"),
        ] {
            let url = default_url(registry, plain).unwrap();
            assert_eq!(url.as_str(), expected);
        }
    }

    #[test]
    fn redirects_keep_tls_and_stay_out_of_private_networks() {
        let check = |from: &str, to: &str| {
            check_redirect(&from.parse().unwrap(), &to.parse().unwrap()).is_ok()
        };
        assert!(check("https://r.io/x", "https://bucket.s3.amazonaws.com/y"));
        assert!(check("http://registry.lan/x", "http://minio.lan/y"));
        assert!(check("https://10.0.0.1/x", "https://10.0.0.1:9000/y"));
        assert!(!check("https://r.io/x", "http://r.io/x"));
        assert!(!check("https://r.io/x", "file:///etc/passwd"));
        assert!(!check("https://r.io/x", "https://10.0.0.1/y"));
        assert!(!check("https://10.0.0.1/x", "https://10.0.0.2/y"));
    }

    #[test]
    fn credentials_go_only_where_it_is_safe() {
        let check = |registry: &str, realm: &str| {
            check_realm(&registry.parse().unwrap(), &realm.parse().unwrap()).is_ok()
        };
        for (registry, realm) in [
            (
                "https://registry-1.docker.io",
                "https://auth.docker.io/token",
            ),
            ("https://10.0.0.1", "https://10.0.0.1:8443/token"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:6000/token"),
            ("http://127.0.0.1:5000", "http://localhost:6000/token"),
            ("http://registry.lan", "http://registry.lan:81/token"),
            ("http://registry.lan", "https://auth.example.com/token"),
        ] {
            assert!(check(registry, realm), "{registry} {realm}");
        }
        for (registry, realm) in [
            ("https://r.io", "http://r.io/token"),
            ("http://registry.lan", "http://evil.com/token"),
            ("https://r.io", "ftp://r.io/token"),
            ("https://r.io", "https://user:pass@r.io/token"),
            ("https://r.io", "https://127.0.0.1/token"),
            ("https://r.io", "https://2130706433/token"),
            ("https://r.io", "https://localhost/token"),
            ("https://r.io", "https://169.254.169.254/token"),
            ("https://r.io", "https://10.0.0.1/token"),
            ("https://r.io", "https://172.16.0.1/token"),
            ("https://r.io", "https://192.168.0.1/token"),
            ("https://r.io", "https://100.64.0.1/token"),
            ("https://r.io", "https://0.0.0.0/token"),
            ("https://r.io", "https://[::1]/token"),
            ("https://r.io", "https://[::ffff:10.0.0.1]/token"),
            ("https://r.io", "https://[fd00::1]/token"),
            ("https://r.io", "https://[fe80::1]/token"),
            ("http://127.0.0.1:5000", "http://10.0.0.1/token"),
        ] {
            assert!(!check(registry, realm), "{registry} {realm}");
        }
    }
}
