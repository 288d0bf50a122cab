//! What the originals choose, as their own programs said, beside what the imported policies choose.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use imagelock::config::{Config, Format, SourceFile, parse};
use imagelock::edit::{Entry, FIRST_CONFIG, add};
use imagelock::image::Tag;
use imagelock::import::{CollectedImage, Collection, ManifestFile, argocd_image_updater, flux};
use imagelock::policy::{Candidates, Policy};
use jiff::Timestamp;

fn tags(text: &str) -> Vec<Tag> {
    text.split_whitespace()
        .map(|tag| Tag::parse(tag).unwrap())
        .collect()
}

fn policy(collection: &Collection) -> Policy {
    let [image] = &collection.images[..] else {
        panic!("{collection:?}");
    };
    let config = config(image);
    config.images[0].policy.clone()
}

fn config(image: &CollectedImage) -> Config {
    let edited = add(FIRST_CONFIG, &[Entry::from(image)]).unwrap();
    let source = SourceFile::new("images.toml", &edited.text, Format::Toml);
    parse(&source).unwrap_or_else(|problems| panic!("{}\n{problems:?}", edited.text))
}

fn of_argocd(item: &str, options: &[(&str, &str)]) -> Collection {
    let mut text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app\n  annotations:\n    \
         argocd-image-updater.argoproj.io/image-list: 'a={item}'\n"
    );
    for (key, value) in options {
        let _ = writeln!(
            text,
            "    argocd-image-updater.argoproj.io/a.{key}: '{value}'"
        );
    }
    argocd_image_updater::collect(&[ManifestFile::new("app.yaml", &text)]).unwrap()
}

fn of_flux(spec: &str) -> Collection {
    let text = format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {{ name: app }}\nspec: {{ image: app, interval: 1m }}\n---\n\
         apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {{ name: app }}\nspec: {{ imageRepositoryRef: {{ name: app }}, {spec} }}\n"
    );
    flux::collect(&[ManifestFile::new("app.yaml", &text)]).unwrap()
}

/// What the original chooses, and what the imported policy does; empty is nothing.
enum Chosen {
    Same(&'static str),
    /// They differ, for a reason that the documentation of `import` names.
    Other {
        there: &'static str,
        here: &'static str,
        reason: &'static str,
    },
}

use Chosen::{Other, Same};

#[track_caller]
fn hold(policy: &Policy, candidates: &Candidates<'_>, wanted: &Chosen, case: &str) {
    let found = policy
        .choose(candidates)
        .map(Tag::as_str)
        .unwrap_or_default();
    match wanted {
        Same(tag) => assert_eq!(found, *tag, "{case}: {policy}"),
        Other {
            there,
            here,
            reason,
        } => {
            assert_ne!(there, here, "{case}: {reason}");
            assert_eq!(found, *here, "{case}: {policy}");
        }
    }
}

const FOUR_NUMBERS: &str = "four numbers are a version, of which a constraint sees three";
const DATES: &str = "dates are no versions beside versions";
const TIES: &str = "of equal versions the one without `v` and with more parts is taken";

#[test]
fn argocd_semver() {
    let mixed = "1.0.0 1.1.0 2.0.0-rc1 latest 20230101";
    for (item, list, wanted) in [
        (
            "x",
            mixed,
            Other {
                there: "20230101",
                here: "1.1.0",
                reason: DATES,
            },
        ),
        ("x:^1", mixed, Same("1.1.0")),
        ("x", "1.2.3-alpine 1.2.4-alpine", Same("")),
        ("x:^1-0", "1.2.3-alpine 1.2.4-alpine", Same("1.2.4-alpine")),
        ("x:1.2.3.4", "1.2.3 1.2.3.4", Same("")),
        ("x:foo", "1.2.3 foo", Same("")),
        ("x:1.2", "1.2 1.2.3 1.3.0", Same("1.2.3")),
        (
            "x:^1",
            "1.0 1.0.0 v1.0.0",
            Other {
                there: "v1.0.0",
                here: "1.0.0",
                reason: TIES,
            },
        ),
        ("x:^1", "1.11 1.11.0", Same("1.11.0")),
        ("x", "1.2.3 1.2.3-alpine", Same("1.2.3")),
    ] {
        let list = tags(list);
        hold(
            &policy(&of_argocd(item, &[])),
            &Candidates::of(&list),
            &wanted,
            item,
        );
    }
    let (running, list) = (Tag::parse("1.1.0").unwrap(), tags("1.0.0"));
    let candidates = Candidates::of(&list).current(Some(&running));
    let wanted = Other {
        there: "1.0.0",
        here: "",
        reason: "a pin does not go down by itself",
    };
    hold(
        &policy(&of_argocd("x:^1", &[])),
        &candidates,
        &wanted,
        "downgrade",
    );
}

#[test]
fn argocd_strategies() {
    let strategy = |name| [("update-strategy", name)];
    for (item, name, list, wanted) in [
        ("x", "alphabetical", "2021.12.9 2021.12.16 v1 latest", "v1"),
        ("x", "alphabetical", "a9 a10", "a9"),
        ("x", "name", "a9 a10", "a9"),
        ("x:^1", "alphabetical", "1.0.0 2.0.0", "2.0.0"),
        ("x:latest", "digest", "latest 1.0", "latest"),
        ("x:latest", "digest", "1.0", ""),
        ("x", "digest", "latest 1.0", ""),
    ] {
        let list = tags(list);
        let policy = policy(&of_argocd(item, &strategy(name)));
        hold(&policy, &Candidates::of(&list), &Same(wanted), name);
    }
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (old, new) = (at("2025-01-01T00:00:00Z"), at("2025-02-01T00:00:00Z"));
    for (dates, wanted) in [
        ([("a", old), ("b", new)], "b"),
        ([("a", new), ("b", old)], "a"),
        ([("a", old), ("b", old)], "b"),
    ] {
        let list = tags("a b");
        let dates: BTreeMap<Tag, Timestamp> = dates
            .into_iter()
            .map(|(tag, date)| (Tag::parse(tag).unwrap(), date))
            .collect();
        let candidates = Candidates {
            dates: &dates,
            ..Candidates::of(&list)
        };
        let policy = policy(&of_argocd("x:^9", &strategy("newest-build")));
        hold(&policy, &candidates, &Same(wanted), "newest-build");
    }
}

#[test]
fn argocd_filters() {
    for (options, list, wanted) in [
        ([("allow-tags", "regexp:^v1")], "v1.0 av1 v10", "v1.0 v10"),
        ([("allow-tags", "regexp:[")], "v1.0 av1 v10", ""),
        ([("allow-tags", "foo:bar")], "v1.0 av1 v10", ""),
        ([("allow-tags", "v1")], "v1 v1.0 av1 v10", ""),
        ([("allow-tags", "any")], "v1 av1", "v1 av1"),
        (
            [("ignore-tags", "*-rc*,nightly")],
            "1.0 1.1-rc1 nightly",
            "1.0",
        ),
        ([("ignore-tags", "[^1]*")], "1.0 2.0 nightly", "1.0"),
        ([("ignore-tags", "^n")], "1.0 nightly", "1.0 nightly"),
        ([("ignore-tags", "[")], "1.0 nightly", "1.0 nightly"),
        ([("ignore-tags", "*")], "1.0 nightly", ""),
    ] {
        let [filter] = options;
        let policy = policy(&of_argocd(
            "x",
            &[("update-strategy", "alphabetical"), filter],
        ));
        let list = tags(list);
        let allowed = list.iter().filter(|tag| policy.allows(tag));
        let allowed: Vec<&str> = allowed.map(Tag::as_str).collect();
        assert_eq!(allowed.join(" "), wanted, "{filter:?}");
    }
}

#[test]
fn flux_semver() {
    let all = tags(
        "1 1.2 1.2.0 1.2.3 v1.2.4 1.3.0-rc.1 1.3.0-alpine 2.0.0 20230101 2021.12.16 latest 1.2.3.4 v1.2.3",
    );
    let date = || Other {
        there: "2021.12.16",
        here: "2.0.0",
        reason: DATES,
    };
    for (range, wanted) in [
        ("*", date()),
        (">=1.0.0", date()),
        ("^1", Same("v1.2.4")),
        ("1.2.x", Same("v1.2.4")),
        ("~1.2", Same("v1.2.4")),
        ("<2", Same("v1.2.4")),
        (
            "1.2.3",
            Other {
                there: "1.2.3",
                here: "1.2.3.4",
                reason: FOUR_NUMBERS,
            },
        ),
        ("^1-0", Same("1.3.0-rc.1")),
        ("^1.x-0", Same("1.3.0-rc.1")),
        ("<2000", Same("2.0.0")),
        (">=1.0.0-0 <2.0.0", Same("1.3.0-rc.1")),
        ("", Same("")),
        ("latest", Same("")),
    ] {
        let policy = policy(&of_flux(&format!(
            "policy: {{ semver: {{ range: '{range}' }} }}"
        )));
        hold(&policy, &Candidates::of(&all), &wanted, range);
    }
    // Without three parts no tag is chosen, even if it is the only one.
    let (policy, list) = (
        policy(&of_flux("policy: { semver: { range: '*' } }")),
        tags("1 1.2 20230101"),
    );
    hold(&policy, &Candidates::of(&list), &Same(""), "two dots");
}

#[test]
fn flux_orders() {
    let skips = "what is no number is passed over, and not an error of the policy";
    for (choice, list, wanted) in [
        ("alphabetical: {}", "1 1.2 latest v1.2.4", Same("v1.2.4")),
        (
            "alphabetical: { order: desc }",
            "1 1.2 latest v1.2.4",
            Same("1"),
        ),
        ("numerical: {}", "9 10", Same("10")),
        ("numerical: { order: asc }", "1.10 1.9", Same("1.9")),
        ("numerical: { order: desc }", "9 10", Same("9")),
        (
            "numerical: {}",
            "9 latest",
            Other {
                there: "",
                here: "9",
                reason: skips,
            },
        ),
        ("numerical: {}", "007 7", Same("7")),
        (
            "numerical: {}",
            "9 10 1e3",
            Other {
                there: "1e3",
                here: "10",
                reason: "`1e3` is no decimal number",
            },
        ),
        (
            "numerical: {}",
            "inf 9",
            Other {
                there: "inf",
                here: "9",
                reason: "`inf` is no number",
            },
        ),
    ] {
        let list = tags(list);
        let policy = policy(&of_flux(&format!("policy: {{ {choice} }}")));
        hold(&policy, &Candidates::of(&list), &wanted, choice);
    }
}

#[test]
fn flux_filters() {
    let main = "filterTags: { pattern: '^main-[a-f0-9]+-(?P<ts>[0-9]+)$', extract: $ts }, policy: { numerical: { order: asc } }";
    let alpine = "filterTags: { pattern: '^(?P<v>[0-9.]+)-alpine$', extract: $v }, policy: { semver: { range: ^1 } }";
    let plain = "filterTags: { pattern: '-alpine$' }, policy: { semver: { range: ^1-0 } }";
    for (spec, list, wanted) in [
        (
            main,
            "main-abc-100 main-def-200 dev-abc-300",
            Same("main-def-200"),
        ),
        (
            main,
            "main-abc-100 main-def-200 main-aaa-200 dev-abc-300",
            Same("main-aaa-200"),
        ),
        (
            alpine,
            "1.2.0-alpine 1.3.0-alpine 1.4.0",
            Same("1.3.0-alpine"),
        ),
        (plain, "1.2.0-alpine 1.3.0 1.4-alpine", Same("1.2.0-alpine")),
        (
            alpine,
            "1.2.0-alpine 1.3-alpine",
            Other {
                there: "1.2.0-alpine",
                here: "1.3-alpine",
                reason: "an extracted version need not have two dots",
            },
        ),
    ] {
        let list = tags(list);
        hold(
            &policy(&of_flux(spec)),
            &Candidates::of(&list),
            &wanted,
            spec,
        );
    }
}

#[test]
fn what_flux_says_of_digests() {
    use imagelock::policy::DigestUpdates;

    for (policy, wanted) in [
        ("Always", DigestUpdates::Always),
        ("IfNotPresent", DigestUpdates::Never),
        ("Never", DigestUpdates::Always),
    ] {
        let spec = format!("digestReflectionPolicy: {policy}, policy: {{ numerical: {{}} }}");
        let collection = of_flux(&spec);
        let image = &config(&collection.images[0]).images[0];
        assert_eq!(image.guards.digest_updates, wanted, "{policy}");
    }
}
