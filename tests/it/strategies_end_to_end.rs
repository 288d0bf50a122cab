//! Every strategy, guard and date against a real registry: `docker-registry` of Debian.

use std::collections::BTreeMap;

use imagelock::embedded::TestImage;
use imagelock::image::Digest;

use crate::support::distribution::Distribution;
use crate::support::sandbox::{Output, Sandbox};

/// A registry, and a folder with a config whose `HOST` is the registry.
struct World {
    runtime: tokio::runtime::Runtime,
    registry: Distribution,
    sandbox: Sandbox,
}

impl World {
    fn new() -> Option<Self> {
        let registry = Distribution::start()?;
        Some(Self {
            runtime: tokio::runtime::Runtime::new().unwrap(),
            registry,
            sandbox: Sandbox::new(),
        })
    }

    fn push(&self, repository: &str, tags: &[&str]) {
        for tag in tags {
            self.push_image(
                repository,
                tag,
                &TestImage::new(format!("{repository} {tag}")),
            );
        }
    }

    fn push_image(&self, repository: &str, tag: &str, image: &TestImage) -> Digest {
        let push = self.registry.push(repository, tag, image);
        self.runtime.block_on(push)
    }

    fn configure(&self, images: &str) {
        let images = images.replace("HOST", self.registry.address());
        let text = format!("version = 1\n\n[images]\n{images}\n");
        self.sandbox.write("images.toml", text);
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.sandbox.run(arguments.iter().copied())
    }

    /// Returns the pinned tags, by name.
    fn pins(&self) -> BTreeMap<String, String> {
        let lock = self.sandbox.read("images.lock");
        let lock = imagelock::lock::read("images.lock", &lock).unwrap();
        let pins = lock.images.into_iter();
        pins.map(|entry| (entry.name, entry.tag.to_string()))
            .collect()
    }

    fn pin(&self, name: &str) -> String {
        self.pins().remove(name).unwrap()
    }
}

/// Counts the requests of one kind in a log of `-v`.
fn count(output: &Output, method: &str, kind: &str) -> usize {
    let method = format!(": {method} ");
    let kind = format!("/{kind}/");
    let lines = output.stderr.lines();
    lines
        .filter(|line| line.contains(&method) && line.contains(&kind))
        .count()
}

const EVERY_STRATEGY: &str = r#"
alphabetical = { image = "HOST/team/release", strategy = "alphabetical", allow-tags = "RELEASE.*" }
calver = { image = "HOST/team/nightly", strategy = "calver", scheme = "YYYY.0M.0D", constraint = "<2025" }
digest = { image = "HOST/team/app", tag = "edge" }
newest-build = { image = "HOST/team/ci", strategy = "newest-build", allow-tags = "regexp:^main-" }
numerical = { image = "HOST/team/ci", strategy = "numerical", extract = { pattern = '^build-(?P<n>\d+)$', value = "$n" } }
semver = { image = "HOST/team/app", constraint = "^1", suffix = "-debian-12-r*" }
"#;

#[test]
fn each_strategy_in_one_config() {
    let Some(world) = World::new() else { return };
    world.push(
        "team/app",
        &[
            "1.0.0-debian-12-r3",
            "1.0.0-debian-12-r10",
            "1.0.0-debian-12-r9",
            "1.5.0",
            "2.0.0-debian-12-r1",
            "edge",
        ],
    );
    world.push(
        "team/nightly",
        &[
            "2024.02.29",
            "2024.02.30",
            "2024.12.01",
            "2025.01.01",
            "latest",
        ],
    );
    let minio = [
        "RELEASE.2024-05-01T00-00-00Z",
        "RELEASE.2024-11-07T00-52-20Z",
        "edge",
    ];
    world.push("team/release", &minio);
    for (tag, created) in [
        ("main-aaa", "2026-01-02T00:00:00Z"),
        ("main-bbb", "2026-01-03T00:00:00Z"),
        ("main-ccc", "2026-01-01T00:00:00Z"),
        ("build-9", "2026-01-09T00:00:00Z"),
        ("build-100000000000000000000000", "2026-01-01T00:00:00Z"),
        ("build-99999999999999999999999", "2026-01-01T00:00:00Z"),
    ] {
        let image = TestImage::new(tag).created(created.parse().unwrap());
        world.push_image("team/ci", tag, &image);
    }
    world.configure(EVERY_STRATEGY);
    world.run(&["lock"]).exits(0);
    let expected = [
        ("alphabetical", "RELEASE.2024-11-07T00-52-20Z"),
        ("calver", "2024.12.01"),
        ("digest", "edge"),
        ("newest-build", "main-bbb"),
        ("numerical", "build-100000000000000000000000"),
        ("semver", "1.0.0-debian-12-r10"),
    ];
    let expected = expected.map(|(name, tag)| (name.to_owned(), tag.to_owned()));
    assert_eq!(world.pins(), BTreeMap::from(expected));
    world.run(&["check"]).exits(0);
    for name in [
        "alphabetical",
        "calver",
        "newest-build",
        "numerical",
        "semver",
    ] {
        let pin = world.pin(name);
        world.run(&["why", name]).exits(0).says(&pin).says("chosen");
    }
    world.run(&["update"]).exits(0).complains("is up to date");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the clock as well"
)]
fn a_cooldown_holds_a_fresh_release_and_names_the_day() {
    let Some(world) = World::new() else { return };
    world.push("team/app", &["1.0.0", "1.1.0"]);
    world.configure(
        "app = { image = \"HOST/team/app\", constraint = \"^1\", cooldown = \"3 days\" }",
    );
    // At the first look nobody knows how old a tag is, which is said.
    let state = ["--state", "observed.json"];
    world
        .run(&[&["lock"], &state[..]].concat())
        .exits(0)
        .complains("warning[missing-age]");
    assert_eq!(world.pin("app"), "1.1.0");

    // What is new since then is as young as its first sighting.
    world.push("team/app", &["1.2.0"]);
    let held = world.run(&[&["update"], &state[..]].concat()).exits(0);
    assert_eq!(world.pin("app"), "1.1.0");
    let line = held
        .stderr
        .lines()
        .find(|line| line.contains("Held app"))
        .unwrap_or_else(|| panic!("{held}"));
    assert!(
        line.contains("1.2.0") && line.contains("the cooldown is 3 days"),
        "{line}"
    );
    let today = jiff::Timestamp::now();
    let days: Vec<String> = [71, 72]
        .map(|hours| today + jiff::SignedDuration::from_hours(hours))
        .map(|time| time.strftime("%Y-%m-%d").to_string())
        .into();
    assert!(
        days.iter()
            .any(|day| line.ends_with(&format!("eligible {day}"))),
        "{line}"
    );
    world
        .run(&[&["outdated"], &state[..]].concat())
        .exits(0)
        .says("1.2.0 held until");
    world.run(&["check"]).exits(0);

    // The same file four days later.
    let text = world.sandbox.read("observed.json");
    let then = (today - jiff::SignedDuration::from_hours(96)).strftime("%Y-%m-%dT%H:%M:%SZ");
    let aged: Vec<String> = text
        .lines()
        .map(|line| age(line, &then.to_string()))
        .collect();
    world.sandbox.write("observed.json", aged.join("\n") + "\n");
    world.run(&[&["update"], &state[..]].concat()).exits(0);
    assert_eq!(world.pin("app"), "1.2.0");
}

/// Replaces the first point in time of a line.
fn age(line: &str, time: &str) -> String {
    let pattern = regex::Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").unwrap();
    pattern.replace(line, time).into_owned()
}

#[test]
fn a_removed_tag_is_no_reason_to_go_back() {
    let Some(world) = World::new() else { return };
    world.push("team/app", &["1.0.0"]);
    let newer = TestImage::new("newer");
    let digest = world.push_image("team/app", "1.1.0", &newer);
    let options =
        |more: &str| format!("app = {{ image = \"HOST/team/app\", constraint = \"^1\"{more} }}");
    world.configure(&options(""));
    world.run(&["lock"]).exits(0);
    assert_eq!(world.pin("app"), "1.1.0");

    world
        .runtime
        .block_on(world.registry.delete("team/app", &digest));
    world
        .run(&["update"])
        .exits(4)
        .complains("1.1.0")
        .complains("no longer")
        .complains("allow-downgrade");
    assert_eq!(world.pin("app"), "1.1.0");
    world.run(&["update", "--keep-going"]).exits(4);
    assert_eq!(world.pin("app"), "1.1.0");

    world.configure(&options(", allow-downgrade = true"));
    world.run(&["update"]).exits(0);
    assert_eq!(world.pin("app"), "1.0.0");
}

#[test]
fn an_immutable_tag_that_moved_is_refused() {
    let Some(world) = World::new() else { return };
    let old = world.push_image("team/app", "1.0.0", &TestImage::new("first"));
    world.configure("app = { image = \"HOST/team/app\", constraint = \"^1\", immutable = true }");
    world.run(&["lock"]).exits(0);
    let before = world.sandbox.read("images.lock");
    let new = world.push_image("team/app", "1.0.0", &TestImage::new("second"));
    world
        .run(&["update"])
        .exits(4)
        .complains("error[tag-moved]")
        .complains(old.as_str())
        .complains(new.as_str());
    assert_eq!(world.sandbox.read("images.lock"), before);
}

const GROUP: &str = r#"
api = { image = "HOST/team/api", constraint = "^1", group = "backend", same-version = true }
web = { image = "HOST/team/web", constraint = "^1", suffix = "-alpine", group = "backend", same-version = true }
worker = { image = "HOST/team/worker", constraint = "^1", group = "backend", same-version = true }
"#;

#[test]
fn the_members_of_a_group_move_together() {
    let Some(world) = World::new() else { return };
    world.push("team/api", &["1.0.0", "1.1.0", "1.2.0"]);
    world.push(
        "team/web",
        &["1.0.0-alpine", "1.1.0-alpine", "1.3.0-alpine"],
    );
    world.push("team/worker", &["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0"]);
    world.configure(GROUP);
    let pins = |version: &str| {
        BTreeMap::from([
            ("api".to_owned(), version.to_owned()),
            ("web".to_owned(), format!("{version}-alpine")),
            ("worker".to_owned(), format!("v{version}")),
        ])
    };
    world.run(&["lock"]).exits(0);
    assert_eq!(world.pins(), pins("1.1.0"));

    // Moving one moves all.
    world.push("team/web", &["1.2.0-alpine"]);
    world.run(&["update", "api"]).exits(0);
    assert_eq!(world.pins(), pins("1.2.0"));
    world.run(&["check"]).exits(0);
    world.push("team/api", &["1.4.0"]);
    world.run(&["update", "--group", "backend"]).exits(0);
    assert_eq!(world.pins(), pins("1.2.0"));
    world.run(&["why", "api"]).exits(0).says("1.4.0");

    world.configure(&GROUP.replace(
        "team/worker\", constraint = \"^1\"",
        "team/worker\", constraint = \"1.3\"",
    ));
    world
        .run(&["update"])
        .exits(4)
        .complains("error[no-common-version]")
        .complains("worker: v1.3.0");
}

#[test]
fn newest_build_over_500_tags_asks_a_warm_cache() {
    let Some(world) = World::new() else { return };
    let start: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let images: Vec<(String, String, TestImage)> = (0..500_i64)
        .map(|number| {
            // A prime step, so that the order of the names is not that of the dates.
            let minutes = number * 7_919 % 500;
            let created = start + jiff::SignedDuration::from_mins(minutes);
            let tag = format!("main-{number:03}");
            let image = TestImage::new(tag.clone()).created(created);
            ("team/ci".to_owned(), tag, image)
        })
        .collect();
    world.runtime.block_on(world.registry.push_all(&images));
    let newest = (0..500_i64)
        .find(|number| number * 7_919 % 500 == 499)
        .unwrap();
    world.configure("ci = { image = \"HOST/team/ci\", strategy = \"newest-build\" }");
    let cold = world.run(&["lock", "-v"]).exits(0);
    assert_eq!(world.pin("ci"), format!("main-{newest:03}"));

    let image = TestImage::new("fresh").created("2026-02-01T00:00:00Z".parse().unwrap());
    world.push_image("team/ci", "main-fresh", &image);
    let warm = world.run(&["update", "-v"]).exits(0);
    assert_eq!(world.pin("ci"), "main-fresh");

    let gets = |output: &Output| count(output, "GET", "manifests") + count(output, "GET", "blobs");
    let heads = |output: &Output| count(output, "HEAD", "manifests");
    println!(
        "cold: {} manifest and blob GETs, {} HEADs; warm: {} and {}",
        gets(&cold),
        heads(&cold),
        gets(&warm),
        heads(&warm)
    );
    assert!(gets(&cold) >= 1_000, "{}", gets(&cold));
    assert!(gets(&warm) * 100 <= gets(&cold), "{}", gets(&warm));
}
