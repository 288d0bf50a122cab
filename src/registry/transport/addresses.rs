use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How far an address is from this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) enum AddressScope {
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
pub(in crate::registry) enum AddressPolicy {
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

impl AddressPolicy {
    fn allows(self, address: IpAddr) -> bool {
        let nearest = match self {
            Self::Anywhere => AddressScope::Link,
            Self::FromMachine => AddressScope::Machine,
            Self::FromSite => AddressScope::Site,
            Self::FromWorld => AddressScope::World,
        };
        distance(address) >= nearest
    }

    /// Returns where whoever answered from this address may lead.
    ///
    /// It is the address that a connection really had: those that a name has are its owner's choice, and
    /// may be others at each look-up. One that is not known counts as one in the world.
    pub(in crate::registry) fn from_peer(peer: Option<IpAddr>) -> Self {
        match peer.map_or(AddressScope::World, distance) {
            AddressScope::Link | AddressScope::Machine => Self::FromMachine,
            AddressScope::Site => Self::FromSite,
            AddressScope::World => Self::FromWorld,
        }
    }
}

/// Where clouds have their metadata servers, and what else only a machine of theirs can ask, besides the
/// link-local addresses: Azure, Alibaba Cloud, Oracle Cloud.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
/// The same in IPv6: Google Cloud, Oracle Cloud, Scaleway.
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe),
    Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42),
];

/// Returns how far an address is, also one of IPv4 in the clothes of IPv6.
///
/// The ranges are those of IANA's registries of special-purpose addresses (RFC 6890).
pub(in crate::registry) fn distance(address: IpAddr) -> AddressScope {
    match address {
        IpAddr::V4(address) => distance_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => distance_v4(inner),
            None => distance_v6(address),
        },
    }
}

fn distance_v4(address: Ipv4Addr) -> AddressScope {
    let [first, second, third, _] = address.octets();
    // "This network", link-local, multicast, reserved, broadcast.
    if first == 0 || address.is_link_local() || first >= 224 || METADATA_V4.contains(&address) {
        return AddressScope::Link;
    }
    if address.is_loopback() {
        return AddressScope::Machine;
    }
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (second == 18 || second == 19);
    let is_protocol = first == 192 && second == 0 && third == 0;
    if address.is_private() || is_shared || is_benchmark || is_protocol {
        return AddressScope::Site;
    }
    AddressScope::World
}

fn distance_v6(address: Ipv6Addr) -> AddressScope {
    let [first, second, third, ..] = address.segments();
    // AWS has several in one range.
    let is_metadata = [first, second] == [0xfd00, 0xec2] || METADATA_V6.contains(&address);
    let own = if address.is_unspecified()
        || address.is_unicast_link_local()
        || address.is_multicast()
        || is_metadata
    {
        AddressScope::Link
    } else if address.is_loopback() {
        AddressScope::Machine
    } else if address.is_unique_local()
        || (first & 0xffc0) == 0xfec0
        // A network's own prefix for translation (RFC 8215), of a length that only the network knows.
        || [first, second, third] == [0x64, 0xff9b, 1]
    {
        AddressScope::Site
    } else {
        AddressScope::World
    };
    let ends = tunnel_ends(address).into_iter().flatten();
    ends.map(distance_v4).fold(own, AddressScope::min)
}

/// Returns the address of IPv4 that one of IPv6 stands for: mapped, compatible, translated (RFC 2765, RFC
/// 6052, RFC 8215) or 6to4 (RFC 3056).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0 | 1, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4_of(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 || low > 1 => Some(v4_of(high, low)),
        _ => None,
    }
}

/// Returns the addresses of IPv4 to which a tunnel may take what is sent to one of IPv6: the server and
/// the client of Teredo (RFC 4380, 4), the host of ISATAP (RFC 5214, 6.1).
fn tunnel_ends(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    match address.segments() {
        [0x2001, 0, high, low, _, _, hidden_high, hidden_low] => [
            Some(v4_of(high, low)),
            Some(v4_of(!hidden_high, !hidden_low)),
        ],
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => [Some(v4_of(high, low)), None],
        _ => [None, None],
    }
}

fn v4_of(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

/// A name leads only where a request must not go.
#[derive(Debug)]
pub(in crate::registry) struct Forbidden {
    address: IpAddr,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match distance(self.address) {
            AddressScope::Link => "an address of this machine's link",
            AddressScope::Machine => "this machine",
            _ => "a private network",
        };
        write!(formatter, "its name leads to {what}, {}", self.address)
    }
}

impl Error for Forbidden {}

/// Answers of the name service that are known without asking it.
pub(in crate::registry) type KnownAddresses = Arc<HashMap<String, Vec<IpAddr>>>;

/// Looks names up, and keeps to what a request may reach.
#[derive(Clone)]
pub(in crate::registry) struct Resolver {
    pub(in crate::registry) address_policy: AddressPolicy,
    pub(in crate::registry) known: KnownAddresses,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (address_policy, known) = (self.address_policy, Arc::clone(&self.known));
        Box::pin(async move {
            let found = look_up(name.as_str(), &known).await?;
            let allowed = found
                .iter()
                .filter(|address| address_policy.allows(**address));
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

async fn look_up(name: &str, known: &KnownAddresses) -> std::io::Result<Vec<IpAddr>> {
    if let Some(addresses) = known.get(&name.to_ascii_lowercase()) {
        return Ok(addresses.clone());
    }
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> AddressScope {
        distance(text.parse().unwrap())
    }

    #[test]
    fn addresses_have_a_distance() {
        for (distance, addresses) in [
            (
                AddressScope::Link,
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
                    "64:ff9b:1::a9fe:a9fe",
                    "::ffff:0:169.254.169.254",
                    "::7",
                    // A server and a client of Teredo, which is written inside out, and ISATAP.
                    "2001:0:a9fe:a9fe::f7f7:f7f7",
                    "2001:0:808:808::5601:5601",
                    "2606:4700::5efe:a9fe:a9fe",
                    "fd00:1::200:5efe:a9fe:a9fe",
                    // What clouds have.
                    "168.63.129.16",
                    "::ffff:168.63.129.16",
                    "100.100.100.200",
                    "192.0.0.192",
                    "fd00:ec2::254",
                    "fd20:ce::254",
                    "fd00:c1::a9fe:a9fe",
                    "fd00:42::42",
                ][..],
            ),
            (
                AddressScope::Machine,
                &[
                    "127.0.0.1",
                    "127.9.9.9",
                    "::1",
                    "::ffff:127.0.0.1",
                    "::127.0.0.1",
                ],
            ),
            (
                AddressScope::Site,
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
                    "64:ff9b:1::a00:1",
                    "64:ff9b:1:a00:0:100::",
                    "2001:0:808:808::f5ff:fffe",
                    "2606:4700::200:5efe:a00:1",
                    "fd00::5efe:808:808",
                    "fd00:42::43",
                ],
            ),
            (
                AddressScope::World,
                &[
                    "8.8.8.8",
                    "100.128.0.1",
                    "172.32.0.1",
                    "192.0.1.1",
                    "2606:4700::1",
                    "64:ff9b::808:808",
                    "64:ff9b:1::808:808",
                    "168.63.129.17",
                    "2001:0:808:808::f7f7:f7f7",
                    "2606:4700::5efe:808:808",
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
        let known: KnownAddresses = Arc::new(HashMap::from([
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
        for (peer, allowed) in [
            (
                Some("169.254.1.2"),
                &["machine", "site", "world", "both"][..],
            ),
            (Some("127.0.0.1"), &["machine", "site", "world", "both"]),
            (Some("10.255.255.255"), &["site", "world", "both"]),
            (Some("203.0.113.7"), &["world", "both"]),
            (None, &["world", "both"]),
        ] {
            let address_policy = AddressPolicy::from_peer(peer.map(|peer| peer.parse().unwrap()));
            let known = Arc::clone(&known);
            let resolver = Resolver {
                address_policy,
                known,
            };
            for name in names {
                let full = format!("{name}.test").parse().unwrap();
                let found = resolver.resolve(full).await;
                assert_eq!(found.is_ok(), allowed.contains(&name), "{peer:?} {name}");
                if let Err(error) = found {
                    assert!(error.downcast_ref::<Forbidden>().is_some(), "{error}");
                }
            }
            let both = resolver
                .resolve("both.test".parse().unwrap())
                .await
                .unwrap();
            let expected = if address_policy == AddressPolicy::FromWorld {
                1
            } else {
                2
            };
            assert_eq!(both.count(), expected, "{peer:?}");
        }
    }
}
