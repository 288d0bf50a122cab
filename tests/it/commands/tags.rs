//! The tags of a repository, as they are listed and as a policy has them.

use imagelock::embedded::{Background, Operation, TestImage};
use jiff::Timestamp;
use serde_json::Value;

use super::support::follows;
use crate::support::sandbox::{Output, Sandbox};

/// Tags, oldest first, in an order that is none.
const TAGS: [&str; 8] = [
    "1.27.4",
    "1.26.3",
    "1.27.5",
    "1.27.5-alpine",
    "1.28.0-rc.1",
    "main-0c4d2aa",
    "main-3f2a9c1",
    "latest",
];

struct World {
    registry: Background,
    sandbox: Sandbox,
    repository: String,
}

impl World {
    fn new() -> Self {
        let registry = Background::start().unwrap();
        for (day, tag) in (0_i64..).zip(TAGS) {
            let created = Timestamp::from_second(1_740_000_000 + day * 86_400).unwrap();
            let image = TestImage::new(tag).created(created);
            registry.store().publish("team/app", tag, &image);
        }
        let repository = format!("{}/team/app", registry.address());
        let sandbox = Sandbox::new();
        Self {
            registry,
            sandbox,
            repository,
        }
    }

    fn tags(&self, flags: &[&str]) -> Output {
        let all = ["tags", &self.repository];
        self.sandbox.run(all.iter().chain(flags).copied())
    }

    fn lines(&self, flags: &[&str]) -> Vec<String> {
        let output = self.tags(flags).exits(0);
        output.stdout.lines().map(Into::into).collect()
    }

    fn asked(&self, operation: Operation) -> Vec<String> {
        let requests = self.registry.requests().into_iter();
        let mut paths: Vec<String> = requests
            .filter(|request| request.operation == operation)
            .map(|request| request.path.rsplit('/').next().unwrap().to_string())
            .collect();
        paths.sort();
        paths
    }
}

#[test]
fn a_policy_leaves_what_it_allows_the_best_first() {
    let world = World::new();
    assert_eq!(world.lines(&[]).len(), 8);
    let flags = ["--constraint", ">=1.26"];
    assert_eq!(world.lines(&flags), ["1.27.5", "1.27.4", "1.26.3"]);
    assert_eq!(
        world.lines(&["--constraint", ">=1.26", "--limit", "1"]),
        ["1.27.5"]
    );
    let alpine = ["--suffix", "-alpine"];
    assert_eq!(world.lines(&alpine), ["1.27.5-alpine"]);
    let mains = ["--strategy", "alphabetical", "--allow-tags", "main-*"];
    assert_eq!(world.lines(&mains), ["main-3f2a9c1", "main-0c4d2aa"]);
}

#[test]
fn what_a_policy_chooses_is_what_pick_chooses() {
    let world = World::new();
    let listed = world.tags(&[]).exits(0).stdout;
    let every: [&[&str]; 6] = [
        &["--constraint", "~1.27"],
        &["--constraint", ">=1.26-0"],
        &["--prerelease"],
        &["--suffix", "-*"],
        &["--strategy", "alphabetical", "--order", "desc"],
        &["--current", "1.26.3", "--level", "minor"],
    ];
    for flags in every {
        let ours = world.lines(&[flags, &["--limit", "1"]].concat());
        let pick = ["pick"].iter().chain(flags).copied();
        let picked = world.sandbox.imagelock(pick).stdin(listed.clone()).run();
        assert_eq!(picked.exits(0).stdout.trim(), ours[0], "{flags:?}");
    }
}

#[test]
fn what_is_dropped_is_shown_with_its_reason_if_wanted() {
    let world = World::new();
    let output = world.tags(&["--constraint", "^1.27", "--all"]).exits(0);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines[0].starts_with("TAG "), "{output}");
    assert!(lines[1].contains("chosen") && lines[1].starts_with("1.27.5 "));
    assert_eq!(lines.len(), 9);
    let output = output.says("dropped  constraint  does not satisfy ^1.27");
    output.says("not a version");
    world
        .tags(&["--all"])
        .exits(2)
        .complains("no effect without a policy");
}

#[test]
fn only_what_is_shown_is_asked_for() {
    let world = World::new();
    let flags = [
        "--constraint",
        "^1.27",
        "--limit",
        "1",
        "--digests",
        "--dates",
    ];
    let lines = world.lines(&flags);
    let digest = world.registry.store().digest("team/app", "1.27.5").unwrap();
    let since = "2025-02-21T21:20:00Z (publisher)";
    assert_eq!(lines, [format!("1.27.5  {digest}  {since}")]);
    assert_eq!(world.asked(Operation::ManifestHead), ["1.27.5"; 0]);
    assert_eq!(world.asked(Operation::ManifestGet), ["1.27.5"]);
    assert_eq!(world.asked(Operation::BlobGet).len(), 1);
    world.lines(&[
        "--allow-tags",
        "*",
        "--strategy",
        "alphabetical",
        "--digests",
    ]);
    assert_eq!(world.asked(Operation::ManifestHead).len(), TAGS.len());
}

#[test]
fn the_newest_build_is_found_among_the_candidates_alone() {
    let world = World::new();
    let flags = ["--strategy", "newest-build", "--allow-tags", "main-*"];
    assert_eq!(world.lines(&flags), ["main-3f2a9c1", "main-0c4d2aa"]);
    assert_eq!(
        world.asked(Operation::ManifestGet),
        ["main-0c4d2aa", "main-3f2a9c1"]
    );
    let dated = world.lines(&[&flags[..], &["--dates", "--limit", "1"]].concat());
    assert_eq!(dated, ["main-3f2a9c1  2025-02-25T21:20:00Z (publisher)"]);
}

#[test]
fn tags_are_sorted_as_asked() {
    let world = World::new();
    let registry = world.lines(&["--sort", "registry"]);
    assert_eq!(registry, world.lines(&[]));
    assert_eq!(world.lines(&["--sort", "name"])[..2], ["1.26.3", "1.27.4"]);
    let versions = world.lines(&["--sort", "version", "--limit", "3"]);
    assert_eq!(versions, ["1.28.0-rc.1", "1.27.5", "1.27.5-alpine"]);
    assert_eq!(world.asked(Operation::ManifestGet), [""; 0]);
    assert_eq!(
        world.lines(&["--sort", "date", "--limit", "2"]),
        ["latest", "main-3f2a9c1"]
    );
    let allowed = ["--constraint", "^1", "--sort", "name"];
    assert_eq!(world.lines(&allowed), ["1.26.3", "1.27.4", "1.27.5"]);
}

#[test]
fn programs_get_verdicts_and_how_many_there_are() {
    let world = World::new();
    let json = |flags: &[&str]| -> Value {
        let output = world
            .tags(&[flags, &["--format", "json"]].concat())
            .exits(0);
        follows(&world.sandbox, &output, "tags")
    };
    let value = json(&[
        "--constraint",
        "^1.27",
        "--digests",
        "--dates",
        "--limit",
        "1",
    ]);
    assert_eq!(value["policy"], "semver ^1.27");
    assert_eq!(value["count"], 8);
    let tags = value["tags"].as_array().unwrap();
    assert_eq!(tags.len(), 1);
    assert_eq!(tags[0]["verdict"]["outcome"], "chosen");
    assert_eq!(tags[0]["age"]["evidence"], "publisher");
    let value = json(&["--constraint", "^1.27", "--all"]);
    assert_eq!(value["tags"][7]["verdict"]["outcome"], "dropped");
    assert_eq!(value["tags"][7].get("digest"), None);
    let value = json(&[]);
    assert_eq!(
        (&value["policy"], value["tags"][0].get("verdict")),
        (&Value::Null, None)
    );
}

#[test]
fn a_policy_that_allows_nothing_says_what_is_near() {
    let world = World::new();
    world
        .tags(&["--constraint", "^9"])
        .exits(4)
        .prints("")
        .complains("error[no-tag-fits]")
        .complains("nearest: 1.27.5");
    world
        .tags(&["--strategy", "digest"])
        .exits(2)
        .complains("needs a tag to follow");
    world
        .tags(&["--constraint", "^1,"])
        .exits(2)
        .complains("--constraint:1:");
}

#[test]
fn a_tag_that_is_gone_since_it_was_listed_is_told() {
    let world = World::new();
    let store = world.registry.store();
    let gone = imagelock::image::Digest::sha256_of(b"gone");
    store.tag("team/app", "1.27.9", &gone);
    let flags = [
        "--constraint",
        "^1.27",
        "--digests",
        "--dates",
        "--limit",
        "2",
    ];
    let lines = world.lines(&flags);
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["1.27.9", "gone", "unknown"]
    );
    assert!(lines[1].starts_with("1.27.5  sha256:"), "{lines:?}");
}
