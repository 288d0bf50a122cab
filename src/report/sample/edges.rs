//! Reports that are empty, hostile or large.

use std::collections::BTreeMap;

use crate::diff::compare;
use crate::lock::Lock;
use crate::report::{ChangeFacts, FailureReport, HeldReport, LintReport, Report, Side};

use super::locks::locks;
use super::parts::{entry, facts, sides};

pub(in crate::report) const HOSTILE: &str = "| @everyone <img src=x> \x1b[2J";

/// Nothing at all.
pub(in crate::report) fn empty() -> Report {
    let (before, _) = locks();
    Report::new(
        &compare(&before, &before),
        sides(),
        &BTreeMap::new(),
        Vec::new(),
    )
}

/// Every text that is not held to a grammar of its own is hostile.
pub(in crate::report) fn hostile() -> Report {
    let before = entry(HOSTILE, "nginx", HOSTILE, "1.0.0", "a", "a1", "a2");
    let mut after = entry(HOSTILE, "nginx", "p", "1.0.0", "b", "b1", "b2");
    after.policy = format!("`{HOSTILE}` #1 [x](y)\n\n# title");
    let details = ChangeFacts {
        before: facts("2026-06-30T01:00:00Z", HOSTILE, HOSTILE),
        after: facts(
            "2026-05-30T01:00:00Z",
            "https://example.com/a)|<b>`@everyone",
            HOSTILE,
        ),
        indexes: None,
    };
    let failures = vec![FailureReport {
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
    let held = HeldReport {
        name: HOSTILE.into(),
        tag: HOSTILE.into(),
        rule: HOSTILE.into(),
        reason: format!("`{HOSTILE}\n\n</details>"),
        age: None,
        eligible_at: None,
    };
    let lint = LintReport {
        name: Some(HOSTILE.into()),
        code: HOSTILE.into(),
        message: format!("`{HOSTILE}\n\n</details>\n\u{202e}"),
        help: vec![HOSTILE.into()],
    };
    Report::new(&compare(&locks[0], &locks[1]), sides, &details, failures)
        .holding(vec![held])
        .linting(vec![lint])
}

/// That many changes, each with a warning, a lint and links, and as many failures.
pub(in crate::report) fn large(count: usize) -> Report {
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
            ChangeFacts {
                before,
                after,
                indexes: None,
            },
        )
    });
    let failures = (0..count).map(|number| FailureReport {
        name: Some(format!("broken-{number:04}")),
        code: "denied".into(),
        message: "the registry refused".into(),
    });
    let lints = (0..count).map(|number| LintReport {
        name: Some(format!("service-{number:04}")),
        code: "floating-tag".into(),
        message: "1.27 has fewer numbers than 1.27.5".into(),
        help: Vec::new(),
    });
    let report = Report::new(
        &compare(&lock("a"), &lock("b")),
        sides(),
        &details.collect(),
        failures.collect(),
    );
    report.linting(lints.collect())
}
