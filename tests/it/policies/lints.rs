//! What is allowed and probably not meant.

use imagelock::error::Code;
use imagelock::policy::{Candidates, Lint, Policy, Prerelease};

use super::support::*;

fn lint(policy: &Policy, list: &str) -> Vec<Lint> {
    let list = tags(list);
    let candidates = Candidates::of(&list);
    policy.lint(&candidates, policy.choose(&candidates))
}

fn codes(lints: &[Lint]) -> Vec<Code> {
    lints.iter().map(|lint| lint.code).collect()
}

#[test]
fn quirks_need_no_tags() {
    for (policy, message) in [
        (semver("^*"), "`^*` admits the version 0.0.0 alone"),
        (semver("1 2"), "no version satisfies `1 2`"),
        (
            semver(">=1.0.0-0 <2"),
            "`<2` lets prereleases of 2.0.0 pass, such as 2.0.0-beta",
        ),
        (
            Policy {
                prerelease: Some(Prerelease::Always),
                ..semver(">=1 <2")
            },
            "`<2` lets prereleases of 2.0.0 pass, such as 2.0.0-beta",
        ),
        (
            suffixed(semver("^1"), "-r*"),
            "the suffix `-r*` takes 1.0.0-rc1 for the release 1.0.0",
        ),
    ] {
        let lints = policy.quirks();
        assert_eq!(lints.len(), 1, "{policy}: {lints:?}");
        assert_eq!(lints[0].message, message);
        assert_eq!(lints[0].code.class(), imagelock::error::Class::Notice);
    }
    for policy in [
        semver("^1"),
        suffixed(semver("^1"), "-r[0-9]*"),
        suffixed(semver("^1"), "-r[0-9]+"),
        suffixed(semver("^1"), "-alpine"),
        calver("YYYY.MM", "<2024"),
        newest_build(),
        Policy {
            prerelease: Some(Prerelease::Never),
            ..semver(">=1.0.0-0 <2")
        },
    ] {
        assert_eq!(policy.quirks(), [], "{policy}");
    }
}

#[test]
fn a_mixed_list_is_told_where_any_version_is_allowed() {
    for (list, message) in [
        (
            "1.2.3 20240101 1.2.4",
            "20240101 looks newer than 1.2.4 and is skipped: looks like a date or a commit (20240101), and the list has \
             versions below 1000",
        ),
        (
            "1.2.3 1.2.3-alpine",
            "every version is allowed, and beside 1.2.3 there is 1.2.3-alpine, which counts as a prerelease",
        ),
    ] {
        let lints = lint(&semver("*"), list);
        assert_eq!(codes(&lints), [Code::MixedList], "{list}");
        assert_eq!(lints[0].message, message);
        assert!(lint(&semver("^1"), list).is_empty());
    }
    for list in [
        "1.2.3 1.2.4-rc.1 latest",
        "2024.1.1 2024.1.2",
        "1.2.3-alpine",
        "1.2.3 1.3.0-1",
    ] {
        assert!(lint(&semver("*"), list).is_empty(), "{list}");
    }
    let filtered = Policy {
        ignore_tags: patterns(&["*-alpine"]),
        ..semver("*")
    };
    assert!(lint(&filtered, "1.2.3 1.2.3-alpine").is_empty());
    assert!(lint(&suffixed(semver("*"), "-alpine"), "1.2.3 1.2.3-alpine").is_empty());
}

#[test]
fn nothing_higher_is_skipped_in_silence() {
    use Code::{MixedList, NewerTagSkipped};

    let ignoring = |constraint, ignored: &str| Policy {
        ignore_tags: patterns(&[ignored]),
        ..semver(constraint)
    };
    let prereleases = |policy| Policy {
        prerelease: Some(Prerelease::Always),
        ..policy
    };
    for (policy, list, code, message) in [
        (
            suffixed(semver(">=5"), "-community"),
            "5.26.29-community 2026.07.0-community 2026.07.1-community 2026.07.1",
            MixedList,
            "2026.07.1-community looks newer than 5.26.29-community and is skipped: looks like a date (2026), and the \
             list has versions below 1000",
        ),
        (
            semver(">=1"),
            "1.43.3 168 169",
            MixedList,
            "169 looks newer than 1.43.3 and is skipped: one number (169), and the list has versions of two and more",
        ),
        (
            semver("^2"),
            "2.10.2 2.10 2.11 2.11.0-beta.1 2.11.0-beta.1-alpine",
            NewerTagSkipped,
            "2.11 looks newer than 2.10.2 and is skipped: stands for a prerelease, such as 2.11.0-beta.1",
        ),
        (
            semver("^1"),
            "1.9.0 1.10.0.Final 1.10.1.Final 2.0.0.Final",
            NewerTagSkipped,
            "1.10.1.Final looks newer than 1.9.0 and is skipped: not a version",
        ),
        (
            semver("^1"),
            "1.9.0 release-1.10.0",
            NewerTagSkipped,
            "release-1.10.0 looks newer than 1.9.0 and is skipped: not a version",
        ),
        (
            prereleases(ignoring("^1", "1.10.0-rc.1")),
            "1.9.0 1.10.0-rc.1 1.10.0-rc.1-amd64",
            NewerTagSkipped,
            "1.10.0-rc.1-amd64 looks newer than 1.9.0 and is skipped: is 1.10.0-rc.1 for one architecture alone",
        ),
    ] {
        let lints = lint(&policy, list);
        assert_eq!(codes(&lints), [code], "{list}: {lints:?}");
        assert_eq!(lints[0].message, message);
    }
    for (policy, list) in [
        // What the config asks for is no news: prereleases, variants, filters, the constraint.
        (
            semver("^1"),
            "1.9.0 1.10.0-rc.1 1.10.0rc1 1.10.0-alpine 2.0.0",
        ),
        (
            semver("^1"),
            "1.9.0 20240101 1.10.0.dev20240101 1.10.0-SNAPSHOT_2",
        ),
        (ignoring("^1", "1.10.*"), "1.9.0 1.10.0.Final"),
        (
            suffixed(semver("^1"), "-alpine"),
            "1.9.0-alpine 1.10.0.Final",
        ),
        // The chosen one is as new, or these are commits.
        (semver("^1"), "1.10.0 1.10.0.Final version-1.10.0 1.10.0_x"),
        (semver("^1"), "1.9.0 7f3a2b1 1abcdef"),
    ] {
        assert_eq!(lint(&policy, list), [], "{policy} of {list}");
    }
}

#[test]
fn a_floating_tag_is_told() {
    let held = passed_over(tags("1.27.5 1.27.4"));
    let list = tags("1.26.0 1.27 1.27.4 1.27.5");
    let candidates = Candidates::of(&list).passed_over(&held);
    let chosen = semver("^1").choose(&candidates);
    assert_eq!(
        chosen,
        Some(&tag("1.27")),
        "the cooldown holds 1.27.5, and not what names it"
    );
    let lints = semver("^1").lint(&candidates, chosen);
    assert_eq!(codes(&lints), [Code::FloatingTag]);
    assert_eq!(
        lints[0].message,
        "1.27 has fewer numbers than 1.27.4, and so may name whatever is newest of its line"
    );

    let suffix = suffixed(semver("^7"), "-alpine");
    assert_eq!(
        codes(&lint(&suffix, "7.4-alpine 7.4.1")),
        [Code::FloatingTag]
    );
    assert_eq!(
        codes(&lint(&semver("<1.27.1"), "1.27 1.27.5 1.2.0")),
        [Code::FloatingTag]
    );
    assert_eq!(
        codes(&lint(&calver("YYYY.0M", ""), "2024.04 2024.04.1")),
        [Code::FloatingTag]
    );
    assert!(lint(&semver("^1"), "1.27 1.27.5").is_empty());
    assert!(lint(&semver("^1"), "1.27 1.26.5 1.270.1").is_empty());
    assert!(lint(&Policy::digest(tag("1.27")), "1.27 1.27.5").is_empty());
}

#[test]
fn what_matches_nothing_is_told() {
    let lints = lint(&suffixed(semver("^1"), "-alpin"), "1.0-alpine 1.0 1.1-slim");
    assert_eq!(codes(&lints), [Code::UnusedSuffix]);
    assert_eq!(lints[0].message, "no tag ends in `-alpin`");
    assert_eq!(lints[0].help, "the tags end in `-alpine`, `-slim`");
    // A suffix that only other versions have is used.
    assert!(lint(&suffixed(semver("^2"), "-alpine"), "1.0-alpine").is_empty());

    let policy = Policy {
        allow_tags: patterns(&["1.*", "x*", "regexp:^y"]),
        ignore_tags: patterns(&["z*"]),
        ..semver("^1")
    };
    let lints = lint(&policy, "1.0 2.0");
    assert_eq!(codes(&lints), [Code::UnusedPattern; 2]);
    assert_eq!(lints[1].message, "no tag matches `regexp:^y` of allow-tags");
    assert!(lint(&policy, "").is_empty());
}

#[test]
fn a_stage_that_was_taken_for_a_variant_is_told() {
    for (suffix, list, message) in [
        (
            "-*-alpine",
            "1.2.0-fpm-alpine 1.3.0-rc1-alpine",
            "the suffix `-*-alpine` takes `rc1` of 1.3.0-rc1-alpine for a variant",
        ),
        (
            "-debian-12-r*",
            "1.2.0-debian-12-r3 1.3.0-debian-12-rc1",
            "the suffix `-debian-12-r*` takes `rc1` of 1.3.0-debian-12-rc1 for a variant",
        ),
    ] {
        let lints = lint(&suffixed(semver("^1"), suffix), list);
        assert_eq!(codes(&lints), [Code::SuffixQuirk], "{suffix}");
        assert_eq!(lints[0].message, message);
    }
    assert!(
        lint(
            &suffixed(semver("^1"), "-debian-*-r*"),
            "1.2.0-debian-12-r3"
        )
        .is_empty()
    );
}

#[test]
fn a_variant_that_was_taken_for_a_prerelease_is_told() {
    let policy = Policy {
        prerelease: Some(Prerelease::Always),
        ..semver("^1")
    };
    let lints = lint(&policy, "1.2.0 1.3.0-rc.1 1.3.0-slim");
    assert_eq!(codes(&lints), [Code::MixedList]);
    assert_eq!(
        lints[0].message,
        "1.3.0-slim counts as the prerelease `slim`, and may be a variant of the image"
    );
    assert!(lint(&policy, "1.2.0 1.3.0-rc.1").is_empty());
    // The image for one architecture is no variant to be told of.
    assert!(lint(&semver("*"), "1.12.0 1.12.0-amd64").is_empty());
}
