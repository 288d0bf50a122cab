use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// How far an address is from this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    /// On this machine's link, where clouds have their metadata servers, or nowhere at all.
    Link,
    /// On this machine.
    Machine,
    /// In a private network.
    Site,
    /// In the world.
    World,
}

/// Where a request may lead.
///
/// Whoever runs the program chooses registries and proxies freely. What a registry names, a token realm or
/// the target of a redirect, is no nearer to this machine than the registry itself: otherwise it could have
/// requests made that only this machine can make (server-side request forgery).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reach {
    /// Anywhere: the user named it.
    #[default]
    Anywhere,
    /// As a registry on this machine leads: anywhere but to its link.
    FromMachine,
    /// As a registry in a private network leads: to such networks and the world.
    FromSite,
    /// As a registry in the world leads: to the world.
    FromWorld,
}

impl Reach {
    fn allows(self, address: IpAddr) -> bool {
        let nearest = match self {
            Self::Anywhere => Distance::Link,
            Self::FromMachine => Distance::Machine,
            Self::FromSite => Distance::Site,
            Self::FromWorld => Distance::World,
        };
        distance(address) >= nearest
    }

    fn of(distance: Distance) -> Self {
        match distance {
            Distance::Link | Distance::Machine => Self::FromMachine,
            Distance::Site => Self::FromSite,
            Distance::World => Self::FromWorld,
        }
    }
}

/// Returns how far an address is, also one of IPv4 in the clothes of IPv6.
///
/// The ranges are those of IANA's registries of special-purpose addresses (RFC 6890).
pub(super) fn distance(address: IpAddr) -> Distance {
    match address {
        IpAddr::V4(address) => distance_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => distance_v4(inner),
            None => distance_v6(address),
        },
    }
}

fn distance_v4(address: Ipv4Addr) -> Distance {
    let [first, second, third, _] = address.octets();
    // "This network", link-local, multicast, reserved, broadcast.
    if first == 0 || address.is_link_local() || first >= 224 {
        return Distance::Link;
    }
    if address.is_loopback() {
        return Distance::Machine;
    }
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (second == 18 || second == 19);
    let is_protocol = first == 192 && second == 0 && third == 0;
    if address.is_private() || is_shared || is_benchmark || is_protocol {
        return Distance::Site;
    }
    Distance::World
}

fn distance_v6(address: Ipv6Addr) -> Distance {
    if address.is_unspecified() || address.is_unicast_link_local() || address.is_multicast() {
        Distance::Link
    } else if address.is_loopback() {
        Distance::Machine
    } else if address.is_unique_local() || (address.segments()[0] & 0xffc0) == 0xfec0 {
        Distance::Site
    } else {
        Distance::World
    }
}

/// Returns the address of IPv4 that one of IPv6 stands for: mapped, compatible, translated (RFC 6052) or 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(of(high, low))
        }
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

/// A name leads only where a request must not go.
#[derive(Debug)]
pub(super) struct Forbidden {
    address: IpAddr,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match distance(self.address) {
            Distance::Link => "an address of this machine's link",
            Distance::Machine => "this machine",
            _ => "a private network",
        };
        write!(formatter, "its name leads to {what}, {}", self.address)
    }
}

impl Error for Forbidden {}

/// Answers of the name service that are known without asking it.
pub(super) type Known = Arc<HashMap<String, Vec<IpAddr>>>;

/// Looks names up, and keeps to what a request may reach.
#[derive(Clone)]
pub(super) struct Resolver {
    pub(super) reach: Reach,
    pub(super) known: Known,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, known) = (self.reach, Arc::clone(&self.known));
        Box::pin(async move {
            let found = look_up(name.as_str(), &known).await?;
            let allowed = found.iter().filter(|address| reach.allows(**address));
            let allowed: Vec<_> = allowed
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if let (Some(address), true) = (found.first(), allowed.is_empty()) {
                return Err(Forbidden { address: *address }.into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

async fn look_up(name: &str, known: &Known) -> std::io::Result<Vec<IpAddr>> {
    if let Some(addresses) = known.get(&name.to_ascii_lowercase()) {
        return Ok(addresses.clone());
    }
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

/// Returns where a registry may lead: as far from this machine as its own nearest address.
///
/// One whose name is not known here, since only a proxy knows it, counts as one in the world.
pub(super) async fn reach_from(registry: &Url, known: &Known) -> Reach {
    let addresses = match registry.host() {
        Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
        Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
        Some(Host::Domain(name)) => look_up(name, known).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let nearest = addresses.into_iter().map(distance).min();
    Reach::of(nearest.unwrap_or(Distance::World))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Distance {
        distance(text.parse().unwrap())
    }

    #[test]
    fn addresses_have_a_distance() {
        for (distance, addresses) in [
            (
                Distance::Link,
                &[
                    "0.0.0.0",
                    "169.254.169.254",
                    "224.0.0.1",
                    "255.255.255.255",
                    "::",
                    "fe80::1",
                    "ff02::1",
                    "::ffff:169.254.169.254",
                    "64:ff9b::a9fe:a9fe",
                    "2002:a9fe:a9fe::1",
                ][..],
            ),
            (
                Distance::Machine,
                &[
                    "127.0.0.1",
                    "127.9.9.9",
                    "::1",
                    "::ffff:127.0.0.1",
                    "::127.0.0.1",
                ],
            ),
            (
                Distance::Site,
                &[
                    "10.0.0.1",
                    "172.16.0.1",
                    "192.168.0.1",
                    "100.64.0.1",
                    "198.18.0.1",
                    "192.0.0.8",
                    "fd00::1",
                    "fec0::1",
                    "::ffff:10.0.0.1",
                    "64:ff9b::a00:1",
                ],
            ),
            (
                Distance::World,
                &[
                    "8.8.8.8",
                    "100.128.0.1",
                    "172.32.0.1",
                    "192.0.1.1",
                    "2606:4700::1",
                    "64:ff9b::808:808",
                ],
            ),
        ] {
            for address in addresses {
                assert_eq!(of(address), distance, "{address}");
            }
        }
    }

    #[tokio::test]
    async fn names_lead_no_nearer_than_who_named_them() {
        let address = |text: &str| vec![text.parse().unwrap()];
        let known: Known = Arc::new(HashMap::from([
            ("metadata.test".into(), address("169.254.169.254")),
            ("machine.test".into(), address("127.0.0.1")),
            ("site.test".into(), address("10.1.2.3")),
            ("world.test".into(), address("203.0.113.7")),
            (
                "both.test".into(),
                [address("10.1.2.3"), address("203.0.113.7")].concat(),
            ),
        ]));
        let names = ["metadata", "machine", "site", "world", "both"];
        for (registry, allowed) in [
            (
                "http://127.0.0.1:5000",
                &["machine", "site", "world", "both"][..],
            ),
            (
                "https://machine.test",
                &["machine", "site", "world", "both"],
            ),
            ("https://site.test", &["site", "world", "both"]),
            ("https://both.test", &["site", "world", "both"]),
            ("https://world.test", &["world", "both"]),
            ("https://name-that-nobody-knows.invalid", &["world", "both"]),
        ] {
            let reach = reach_from(&registry.parse().unwrap(), &known).await;
            let known = Arc::clone(&known);
            let resolver = Resolver { reach, known };
            for name in names {
                let full = format!("{name}.test").parse().unwrap();
                let found = resolver.resolve(full).await;
                assert_eq!(found.is_ok(), allowed.contains(&name), "{registry} {name}");
                if let Err(error) = found {
                    assert!(error.downcast_ref::<Forbidden>().is_some(), "{error}");
                }
            }
            let both = resolver
                .resolve("both.test".parse().unwrap())
                .await
                .unwrap();
            let expected = if reach == Reach::FromWorld { 1 } else { 2 };
            assert_eq!(both.count(), expected, "{registry}");
        }
    }
}
