//! The report of a believable week.

use std::collections::BTreeMap;

use crate::diff::compare;
use crate::image::{Descriptor, Index, Platform};
use crate::report::{ChangeFacts, FailureReport, HeldReport, LintReport, Report};
use crate::tag::{Age, Evidence, ImageFacts};

use super::locks::locks;
use super::parts::{digest, facts, sides};

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

/// A believable week.
pub(in crate::report) fn report() -> Report {
    let (before, after) = locks();
    let source = "https://github.com/nginx/docker-nginx";
    let details = |before, after, indexes| ChangeFacts {
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
    let failures = vec![FailureReport {
        name: Some("vault".into()),
        code: "denied".into(),
        message: "registry.example.com refused the credentials for team/vault".into(),
    }];
    let lints = vec![LintReport {
        name: Some("caddy".into()),
        code: "newer-tag-skipped".into(),
        message: "2.11 looks newer than 2.10.2 and is skipped: stands for a prerelease, such as 2.11.0-beta.1"
            .into(),
        help: vec!["wait for the release, or set `prerelease = true` to take prereleases".into()],
    }];
    Report::new(&compare(&before, &after), sides(), &details, failures)
        .holding(held())
        .linting(lints)
}

/// A tag that is too young, and one that is not complete yet.
pub(in crate::report) fn held() -> Vec<HeldReport> {
    let since = "2026-08-20T08:00:00Z".parse().unwrap();
    let evidence = Evidence::Registry;
    let tag = |name: &str, tag: &str, rule: &str, reason: &str| HeldReport {
        name: name.into(),
        tag: tag.into(),
        rule: rule.into(),
        reason: reason.into(),
        age: None,
        eligible_at: None,
    };
    vec![
        HeldReport {
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
