/// The suffixes of Azure's registries with the directory that each cloud logs in at.
const CLOUDS: [(&str, &str); 4] = [
    (".azurecr.io", "https://login.microsoftonline.com/"),
    (".azurecr.cn", "https://login.chinacloudapi.cn/"),
    (".azurecr.us", "https://login.microsoftonline.us/"),
    (".azurecr.de", "https://login.microsoftonline.de/"),
];

/// Returns the directory of a registry's cloud; none if it is not one of Azure's.
pub(super) fn authority_of(registry: &str) -> Option<&'static str> {
    CLOUDS.iter().find_map(|(suffix, authenticator)| {
        let name = registry.strip_suffix(suffix)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        // A registry's own name, or one with its region or its hash: `name.region.geo`.
        let good = name.starts_with(|first: char| first.is_ascii_alphanumeric());
        (good && name.bytes().all(fits)).then_some(*authenticator)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_of_all_clouds_are_known_and_no_others() {
        for (registry, authenticator) in [
            ("acme.azurecr.io", "https://login.microsoftonline.com/"),
            (
                "acme-a1b2c3.azurecr.io",
                "https://login.microsoftonline.com/",
            ),
            ("acme.azurecr.cn", "https://login.chinacloudapi.cn/"),
            ("acme.azurecr.us", "https://login.microsoftonline.us/"),
            ("acme.azurecr.de", "https://login.microsoftonline.de/"),
        ] {
            assert_eq!(authority_of(registry), Some(authenticator), "{registry}");
        }
        for registry in [
            "azurecr.io",
            ".azurecr.io",
            "acme.azurecr.io.evil.example",
            "evil.example/acme.azurecr.io",
            "acmeazurecr.io",
            "acme.azurecr.io:443",
            "mcr.microsoft.com",
            "",
        ] {
            assert_eq!(authority_of(registry), None, "{registry}");
        }
    }
}
