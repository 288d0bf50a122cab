//! Reports for tests.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Details, Failure, Held, Report, Side, Sides};
use crate::diff::compare;
use crate::image::{Descriptor, Digest, Index, Platform, Repository, Tag};
use crate::lock::{Entry, Lock};
use crate::tag::{Age, Evidence, Fact, ImageFacts, Origin};

pub(super) const HOSTILE: &str = "| @everyone <img src=x> \x1b[2J";

pub(super) fn now() -> Timestamp {
    "2026-08-22T12:00:00Z".parse().unwrap()
}

fn digest(seed: &str) -> Digest {
    Digest::sha256_of(seed.as_bytes())
}

/// Makes an entry whose images for two platforms have the seeds `amd64` and `arm64`.
fn entry(
    name: &str,
    image: &str,
    policy: &str,
    tag: &str,
    index: &str,
    amd64: &str,
    arm64: &str,
) -> Entry {
    let platforms = [("linux/amd64", amd64), ("linux/arm64", arm64)];
    Entry {
        name: name.into(),
        image: Repository::parse(image).unwrap(),
        policy: policy.into(),
        tag: Tag::parse(tag).unwrap(),
        digest: digest(index),
        platforms: platforms
            .map(|(platform, seed)| (Platform::parse(platform).unwrap(), digest(seed)))
            .into(),
        extra: toml::Table::new(),
    }
}

fn lock(mut images: Vec<Entry>) -> Lock {
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
pub(super) fn locks() -> (Lock, Lock) {
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

fn facts(created: &str, source: &str, revision: &str) -> ImageFacts {
    let origin = Origin::ConfigLabel;
    let fact = |value: &str| {
        (!value.is_empty()).then(|| Fact {
            value: value.to_string(),
            origin,
        })
    };
    ImageFacts {
        created: created.parse().ok().map(|value| Fact {
            value,
            origin: Origin::ConfigCreated,
        }),
        source: fact(source),
        revision: fact(revision),
    }
}

fn index(proof: &str) -> Index {
    let child = |seed: &str, platform, annotations| Descriptor {
        media_type: String::new(),
        digest: digest(seed),
        size: 1,
        platform: Some(platform),
        os_version: None,
        os_features: Vec::new(),
        artifact_type: None,
        annotations,
    };
    let attests = BTreeMap::from([(
        "vnd.docker.reference.type".to_string(),
        "attestation-manifest".to_string(),
    )]);
    let unknown = Platform::new("unknown", "unknown", None);
    Index {
        media_type: String::new(),
        artifact_type: None,
        subject: None,
        descriptors: vec![
            child(
                "p1",
                Platform::parse("linux/amd64").unwrap(),
                BTreeMap::new(),
            ),
            child(
                "p2",
                Platform::parse("linux/arm64").unwrap(),
                BTreeMap::new(),
            ),
            child(proof, unknown, attests),
        ],
        annotations: BTreeMap::new(),
    }
}

fn sides() -> Sides {
    Sides {
        lockfile: "images.lock".into(),
        before: Side::GitRev("HEAD".into()),
        after: Side::WorkingTree("images.lock".into()),
    }
}

/// A believable week.
pub(super) fn report() -> Report {
    let (before, after) = locks();
    let source = "https://github.com/nginx/docker-nginx";
    let details = |before, after, indexes| Details {
        before,
        after,
        indexes,
    };
    let details = BTreeMap::from([
        (
            "nginx".to_string(),
            details(
                facts(
                    "2026-07-02T18:21:40Z",
                    source,
                    "4bf0763f4977fff7e9648add59e0540088f3ca9f",
                ),
                facts(
                    "2026-08-11T22:31:02Z",
                    source,
                    "97b0112180d2ab0a9d3f8e6d5c4b3a2918273645",
                ),
                None,
            ),
        ),
        (
            "controller".to_string(),
            details(
                facts("2026-06-30T01:00:00Z", "", ""),
                facts("2026-08-02T09:14:51Z", "", ""),
                None,
            ),
        ),
        (
            "postgres".to_string(),
            details(
                ImageFacts::default(),
                ImageFacts::default(),
                Some((index("1"), index("2"))),
            ),
        ),
        (
            "redis".to_string(),
            details(
                ImageFacts::default(),
                facts("2026-07-13T10:00:00Z", "https://github.com/redis/redis", ""),
                None,
            ),
        ),
    ]);
    let failures = vec![Failure {
        name: Some("vault".into()),
        code: "denied".into(),
        message: "registry.example.com refused the credentials for team/vault".into(),
    }];
    Report::new(&compare(&before, &after), sides(), &details, failures).holding(held())
}

/// A tag that is too young, and one that is not complete yet.
pub(super) fn held() -> Vec<Held> {
    let since = "2026-08-20T08:00:00Z".parse().unwrap();
    let evidence = Evidence::Registry;
    let tag = |name: &str, tag: &str, rule: &str, reason: &str| Held {
        name: name.into(),
        tag: tag.into(),
        rule: rule.into(),
        reason: reason.into(),
        age: None,
        eligible_at: None,
    };
    vec![
        Held {
            age: Some(Age { since, evidence }),
            eligible_at: Some("2026-08-27T08:00:00Z".parse().unwrap()),
            ..tag(
                "grafana",
                "12.1.1",
                "cooldown",
                "is 2 days old by registry, and the cooldown is 7 days",
            )
        },
        tag(
            "nginx",
            "1.27.6-alpine",
            "platforms",
            "lacks linux/arm64; it has linux/amd64",
        ),
    ]
}

/// Nothing at all.
pub(super) fn empty() -> Report {
    let (before, _) = locks();
    Report::new(
        &compare(&before, &before),
        sides(),
        &BTreeMap::new(),
        Vec::new(),
    )
}

/// Every text that is not held to a grammar of its own is hostile.
pub(super) fn hostile() -> Report {
    let before = entry(HOSTILE, "nginx", HOSTILE, "1.0.0", "a", "a1", "a2");
    let mut after = entry(HOSTILE, "nginx", "p", "1.0.0", "b", "b1", "b2");
    after.policy = format!("`{HOSTILE}` #1 [x](y)\n\n# title");
    let details = Details {
        before: facts("2026-06-30T01:00:00Z", HOSTILE, HOSTILE),
        after: facts(
            "2026-05-30T01:00:00Z",
            "https://example.com/a)|<b>`@everyone",
            HOSTILE,
        ),
        indexes: None,
    };
    let failures = vec![Failure {
        name: Some(HOSTILE.into()),
        code: HOSTILE.into(),
        message: format!("`{HOSTILE}\n\n</details>\n\u{202e}"),
    }];
    let mut sides = sides();
    sides.lockfile = HOSTILE.into();
    sides.before = Side::GitRev(HOSTILE.into());
    let locks = [before, after].map(|entry| Lock {
        images: vec![entry],
        extra: toml::Table::new(),
    });
    let details = BTreeMap::from([(HOSTILE.to_string(), details)]);
    let held = Held {
        name: HOSTILE.into(),
        tag: HOSTILE.into(),
        rule: HOSTILE.into(),
        reason: format!("`{HOSTILE}\n\n</details>"),
        age: None,
        eligible_at: None,
    };
    Report::new(&compare(&locks[0], &locks[1]), sides, &details, failures).holding(vec![held])
}

/// That many changes, each with a warning and links, and as many failures.
pub(super) fn large(count: usize) -> Report {
    let image = |number: usize, seed: &str| {
        let name = format!("service-{number:04}");
        entry(
            &name,
            &format!("ghcr.io/acme/{name}"),
            "semver ^1",
            "1.0.0",
            seed,
            seed,
            seed,
        )
    };
    let lock = |seed: &str| Lock {
        images: (0..count).map(|number| image(number, seed)).collect(),
        extra: toml::Table::new(),
    };
    let source = "https://github.com/acme/mono";
    let details = (0..count).map(|number| {
        let before = facts("2026-06-30T01:00:00Z", source, "aaaaaaa");
        let after = facts("2026-08-02T01:00:00Z", source, "bbbbbbb");
        (
            format!("service-{number:04}"),
            Details {
                before,
                after,
                indexes: None,
            },
        )
    });
    let failures = (0..count).map(|number| Failure {
        name: Some(format!("broken-{number:04}")),
        code: "denied".into(),
        message: "the registry refused".into(),
    });
    Report::new(
        &compare(&lock("a"), &lock("b")),
        sides(),
        &details.collect(),
        failures.collect(),
    )
}

/// Takes the colours out of a text.
pub(super) fn without_colors(text: &str) -> String {
    let parts = text
        .split('\x1b')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('m').unwrap().1,
        });
    parts.collect()
}
