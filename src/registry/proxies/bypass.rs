use std::net::IpAddr;

use url::{Host, Url};

use crate::registry::transport::addresses::{AddressScope, distance};

/// Returns `true` if a host is one that no proxy of the environment can or should reach: this machine, and what
/// is on its link.
pub(super) fn is_near(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            return name == "localhost" || name.ends_with(".localhost");
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        None => return true,
    };
    matches!(
        distance(address),
        AddressScope::Link | AddressScope::Machine
    )
}

/// The hosts that are reached without a proxy, as `NO_PROXY` lists them.
///
/// The list is read as Go's `net/http` does, since the other tools of registries are written in Go: hosts
/// with those below them, `.example.com` or `*.example.com` for those below alone, addresses, networks,
/// each of the first three with a port if need be; `*` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bypass {
    entries: Vec<BypassEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum BypassEntry {
    All,
    Network(BypassNetwork),
    Address(IpAddr, Option<u16>),
    /// A name in lower case; whether it is meant itself, and not only what is below.
    Name(String, bool, Option<u16>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct BypassNetwork {
    address: IpAddr,
    length: u8,
}

impl Bypass {
    /// Reads a list, whatever stands in it; what makes no sense fits nothing.
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split([',', ' ', '\t']);
        Self {
            entries: entries.filter_map(BypassEntry::parse).collect(),
        }
    }

    pub(super) fn contains(&self, url: &Url) -> bool {
        self.entries.iter().any(|entry| entry.fits(url))
    }
}

impl BypassEntry {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return None;
        }
        if text == "*" {
            return Some(Self::All);
        }
        if let Some((address, length)) = text.split_once('/') {
            let address: IpAddr = bare(address).parse().ok()?;
            let length = length.parse().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            return (length <= most).then_some(Self::Network(BypassNetwork { address, length }));
        }
        if let Ok(address) = bare(&text).parse() {
            return Some(Self::Address(address, None));
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (text.as_str(), None),
        };
        if let Ok(address) = bare(host).parse() {
            return Some(Self::Address(address, port));
        }
        let below = host.strip_prefix("*.").or_else(|| host.strip_prefix('.'));
        let name = below.unwrap_or(host).trim_end_matches('.');
        (!name.is_empty()).then(|| Self::Name(name.into(), below.is_none(), port))
    }

    fn fits(&self, url: &Url) -> bool {
        let has_port = |wanted: &Option<u16>| {
            wanted.is_none_or(|wanted| url.port_or_known_default() == Some(wanted))
        };
        match (self, url.host()) {
            (Self::All, _) => true,
            (Self::Network(network), Some(Host::Ipv4(address))) => network.contains(address.into()),
            (Self::Network(network), Some(Host::Ipv6(address))) => network.contains(address.into()),
            (Self::Address(wanted, port), Some(Host::Ipv4(address))) => {
                *wanted == IpAddr::V4(address) && has_port(port)
            }
            (Self::Address(wanted, port), Some(Host::Ipv6(address))) => {
                *wanted == IpAddr::V6(address) && has_port(port)
            }
            (Self::Name(wanted, is_meant, port), Some(Host::Domain(name))) => {
                let name = name.trim_end_matches('.');
                let above = name.strip_suffix(wanted.as_str());
                let fits = match above {
                    Some("") => *is_meant,
                    Some(above) => above.ends_with('.'),
                    None => false,
                };
                fits && has_port(port)
            }
            _ => false,
        }
    }
}

impl BypassNetwork {
    fn contains(&self, address: IpAddr) -> bool {
        let length = u32::from(self.length);
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// Takes the brackets off an address of IPv6.
fn bare(text: &str) -> &str {
    text.strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contains(list: &str, url: &str) -> bool {
        Bypass::parse(list).contains(&url.parse().unwrap())
    }

    #[test]
    fn hosts_suffixes_ports_addresses_and_networks() {
        for (list, inside, outside) in [
            ("*", &["https://a.io", "https://10.0.0.1"][..], &[][..]),
            (
                "example.com",
                &["https://example.com", "https://a.Example.com.:5000"],
                &["https://notexample.com", "https://example.com.evil.io"],
            ),
            (
                " .example.com ,",
                &["https://a.example.com", "https://a.b.example.com"],
                &["https://example.com", "https://notexample.com"],
            ),
            (
                "*.example.com",
                &["https://a.example.com"],
                &["https://example.com"],
            ),
            (
                "r.io:5000 q.io:443",
                &["https://r.io:5000", "https://a.r.io:5000", "https://q.io"],
                &["https://r.io", "http://q.io"],
            ),
            (
                "10.1.2.3",
                &["https://10.1.2.3:5000"],
                &["https://10.1.2.4"],
            ),
            (
                "10.1.2.3:5000",
                &["https://10.1.2.3:5000"],
                &["https://10.1.2.3"],
            ),
            (
                "10.0.0.0/8",
                &["https://10.255.0.1"],
                &["https://11.0.0.1", "https://10.io"],
            ),
            ("0.0.0.0/0", &["https://8.8.8.8"], &["https://[::1]"]),
            (
                "[2001:db8::1]:5000,2001:db8:1::/48",
                &["https://[2001:db8::1]:5000", "https://[2001:db8:1::9]"],
                &["https://[2001:db8::1]", "https://[2001:db8:2::9]"],
            ),
            (
                "2001:db8::1",
                &["https://[2001:db8::1]"],
                &["https://[2001:db8::2]"],
            ),
            (
                "r.io:x 10.0.0.0/33 /8 . :5000",
                &[],
                &["https://r.io", "https://10.0.0.1"],
            ),
        ] {
            for url in inside {
                assert!(contains(list, url), "{list} {url}");
            }
            for url in outside {
                assert!(!contains(list, url), "{list} {url}");
            }
        }
    }

    #[test]
    fn this_machine_and_its_link_are_near() {
        for (url, expected) in [
            ("http://localhost:5000", true),
            ("https://a.localhost", true),
            ("https://127.1.2.3", true),
            ("https://[::1]", true),
            ("http://169.254.169.254/latest", true),
            ("http://[fe80::1]", true),
            ("https://10.0.0.1", false),
            ("https://localhost.example.com", false),
            ("https://r.io", false),
        ] {
            assert_eq!(is_near(&url.parse().unwrap()), expected, "{url}");
        }
    }

    proptest! {
        #[test]
        fn any_list_is_read(list in any::<String>(), near in "[a.*:/0-9,\\[\\] ]{0,24}") {
            contains(&list, "https://r.io");
            contains(&near, "https://10.0.0.1");
            contains(&near, "https://[::1]");
        }
    }
}
