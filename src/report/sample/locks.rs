//! Two locks of a believable week.

use crate::lock::{Lock, Pin};

use super::parts::entry;

fn lock(mut images: Vec<Pin>) -> Lock {
    for number in 1..=39 {
        let name = format!("service-{number:02}");
        images.push(entry(&name, &name, "semver ^1", "1.0.0", "s", "s1", "s2"));
    }
    images.sort_by(|left, right| left.name.cmp(&right.name));
    Lock {
        images,
        extra: toml::Table::new(),
    }
}

/// Two locks of a believable week.
pub(in crate::report) fn locks() -> (Lock, Lock) {
    let nginx = "semver ^1.27 suffix=-alpine";
    let controller = "ghcr.io/acme/controller";
    let before = lock(vec![
        entry(
            "controller",
            controller,
            "semver ~2.4",
            "2.4.7",
            "c",
            "c1",
            "c2",
        ),
        entry(
            "debian",
            "debian",
            "digest 12-slim",
            "12-slim",
            "d",
            "d1",
            "d2",
        ),
        entry(
            "grafana",
            "grafana/grafana",
            "semver >=11",
            "11.6.0",
            "g",
            "g1",
            "g2",
        ),
        entry(
            "keycloak",
            "quay.io/keycloak/keycloak",
            "semver ^26.0",
            "26.3.2",
            "k",
            "k1",
            "k2",
        ),
        entry(
            "legacy",
            "ghcr.io/acme/legacy",
            "semver 0.9",
            "0.9.1",
            "l",
            "l1",
            "l2",
        ),
        entry(
            "memcached",
            "memcached",
            "semver ~1.6",
            "1.6.30",
            "m",
            "m1",
            "m2",
        ),
        entry("nginx", "nginx", nginx, "1.27.4-alpine", "n", "n1", "n2"),
        entry(
            "postgres",
            "ghcr.io/acme/postgres",
            "semver ^16",
            "16.4.0",
            "p",
            "p1",
            "p2",
        ),
    ]);
    let after = lock(vec![
        entry(
            "controller",
            controller,
            "semver ~2.4",
            "2.4.7",
            "C",
            "C1",
            "C2",
        ),
        entry(
            "debian",
            "debian",
            "digest 12-slim",
            "12-slim",
            "D",
            "D1",
            "d2",
        ),
        entry(
            "grafana",
            "grafana/grafana",
            "semver >=11",
            "12.1.0",
            "G",
            "G1",
            "G2",
        ),
        entry(
            "keycloak",
            "quay.io/keycloak/keycloak",
            "semver ^26.3",
            "26.3.2",
            "k",
            "k1",
            "k2",
        ),
        entry(
            "memcached",
            "memcached",
            "semver ~1.6 <1.6.30",
            "1.6.29",
            "M",
            "M1",
            "M2",
        ),
        entry("nginx", "nginx", nginx, "1.27.5-alpine", "N", "N1", "N2"),
        entry(
            "postgres",
            "ghcr.io/acme/postgres",
            "semver ^16",
            "16.4.0",
            "P",
            "p1",
            "p2",
        ),
        entry(
            "redis",
            "redis",
            "semver 8.x suffix=-alpine",
            "8.0.3-alpine",
            "r",
            "r1",
            "r2",
        ),
    ]);
    (before, after)
}
