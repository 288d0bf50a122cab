//! The main job against a real registry: `docker-registry` of Debian, `skopeo` and `git`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use imagelock::embedded::TestImage;
use imagelock::image::Digest;

use crate::support::distribution::Distribution;
use crate::support::programs::installed;
use crate::support::sandbox::{Output, Sandbox};

const REPOSITORIES: usize = 50;
const TAGS: usize = 40;

/// A registry with fifty repositories of forty tags, and what must be pinned of them.
struct Fixture {
    runtime: tokio::runtime::Runtime,
    registry: Distribution,
    truth: BTreeMap<String, (String, Digest)>,
}

/// The versions of a repository: two majors, prereleases, variants, dates and words.
fn tags(repository: usize) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for minor in 0..4 {
        for patch in 0..4 {
            tags.push(format!("1.{minor}.{}", patch + repository % 3));
            tags.push(format!("1.{minor}.{}-alpine", patch + repository % 3));
        }
    }
    tags.extend(
        [
            "1.9.0-rc.1",
            "2.0.0",
            "20250101",
            "latest",
            "1",
            "1.3",
            "v1.2.9",
            "nightly",
        ]
        .map(String::from),
    );
    assert_eq!(tags.len(), TAGS);
    tags
}

/// Computes, without imagelock, the tag that `^1.1` must choose: the highest patch of 1.3.
fn expected(repository: usize) -> String {
    format!("1.3.{}", 3 + repository % 3)
}

fn image(repository: usize, tag: &str) -> TestImage {
    let image = TestImage::new(format!("service-{repository} {tag}"));
    match repository % 3 {
        0 => image,
        1 => image.platforms(["linux/amd64", "linux/arm64"]),
        _ => image
            .platforms(["linux/amd64", "linux/arm64", "linux/arm/v7"])
            .attestations("build 1"),
    }
}

fn fixture() -> Option<Fixture> {
    let registry = Distribution::start()?;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut truth = BTreeMap::new();
    for repository in 0..REPOSITORIES {
        for tag in tags(repository) {
            let digest =
                runtime.block_on(registry.push(&path(repository), &tag, &image(repository, &tag)));
            if tag == expected(repository) {
                truth.insert(path(repository), (tag, digest));
            }
        }
    }
    Some(Fixture {
        runtime,
        registry,
        truth,
    })
}

fn path(repository: usize) -> String {
    format!("team/service-{repository:02}")
}

fn config(address: &str, constraint: &str) -> String {
    let mut text = "version = 1\n\n[images]\n".to_string();
    for repository in 0..REPOSITORIES {
        let _ = writeln!(
            text,
            "service-{repository:02} = {{ image = \"{address}/{}\", constraint = \"{constraint}\" }}",
            path(repository)
        );
    }
    text
}

fn modified(sandbox: &Sandbox) -> std::time::SystemTime {
    std::fs::metadata(sandbox.path().join("images.lock"))
        .unwrap()
        .modified()
        .unwrap()
}

#[test]
fn fifty_repositories_of_forty_tags() {
    let Some(fixture) = fixture() else { return };
    let address = fixture.registry.address();
    let sandbox = Sandbox::new();
    sandbox.write("images.toml", config(address, "^1.1"));
    sandbox
        .run(["lock"])
        .exits(0)
        .complains("wrote images.lock (50 images)");

    let lock = imagelock::lock::read("images.lock", &sandbox.read("images.lock")).unwrap();
    assert_eq!(lock.images.len(), REPOSITORIES);
    for entry in &lock.images {
        let (tag, digest) = &fixture.truth[entry.image.path()];
        assert_eq!(
            (entry.tag.as_str(), &entry.digest),
            (tag.as_str(), digest),
            "{}",
            entry.name
        );
    }
    confirm_with_skopeo(&sandbox, &lock);

    let before = modified(&sandbox);
    sandbox
        .run(["lock"])
        .exits(0)
        .complains("images.lock is up to date (50 images)");
    assert_eq!(modified(&sandbox), before, "a second lock writes nothing");
    sandbox
        .run(["update"])
        .exits(0)
        .complains("images.lock is up to date (50 images)");
    assert_eq!(
        modified(&sandbox),
        before,
        "an update without news writes nothing"
    );
    sandbox.run(["check"]).exits(0);

    same_bytes_at_any_concurrency(&sandbox);
    release_shows_in_every_form(&fixture, &sandbox);
    check_names_what_drifted(&sandbox, address);
}

/// Each pinned reference can be inspected, and has the platforms of the lock.
fn confirm_with_skopeo(sandbox: &Sandbox, lock: &imagelock::lock::Lock) {
    if !installed("skopeo") {
        return;
    }
    for entry in &lock.images {
        let reference = format!("docker://{}@{}", entry.image, entry.digest);
        let raw = sandbox
            .program(
                "skopeo",
                ["inspect", "--raw", "--tls-verify=false", &reference],
            )
            .run()
            .exits(0);
        let document: serde_json::Value = serde_json::from_str(&raw.stdout).unwrap();
        let mut platforms: Vec<(String, String)> = Vec::new();
        for child in document["manifests"].as_array().into_iter().flatten() {
            let platform = &child["platform"];
            if platform["os"] == "unknown" {
                continue;
            }
            let mut name = format!(
                "{}/{}",
                text(&platform["os"]),
                text(&platform["architecture"])
            );
            if let Some(variant) = platform["variant"]
                .as_str()
                .filter(|variant| *variant != "v8")
            {
                name = format!("{name}/{variant}");
            }
            platforms.push((name, text(&child["digest"]).to_string()));
        }
        platforms.sort();
        let mut pinned: Vec<(String, String)> = entry
            .platforms
            .iter()
            .map(|(platform, digest)| (platform.to_string(), digest.to_string()))
            .collect();
        pinned.sort();
        assert_eq!(pinned, platforms, "{}", entry.name);
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn same_bytes_at_any_concurrency(sandbox: &Sandbox) {
    let text = sandbox.read("images.lock");
    for jobs in ["1", "64"] {
        let file = format!("jobs-{jobs}.lock");
        sandbox
            .run(["lock", "--jobs", jobs, "--lockfile", &file])
            .exits(0);
        assert_eq!(sandbox.read(&file), text, "--jobs {jobs}");
    }
}

/// A pushed release shows up in the diff of `update`, in all four forms, and in `diff HEAD`.
fn release_shows_in_every_form(fixture: &Fixture, sandbox: &Sandbox) {
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.git(["add", "images.toml", "images.lock"]);
    sandbox.git(["commit", "-q", "-m", "first"]);
    let repository = path(4);
    let release = TestImage::new("service-4 1.4.0")
        .platforms(["linux/amd64", "linux/arm64"])
        .source("https://github.com/acme/service")
        .revision("0a1b2c3d");
    let digest = fixture
        .runtime
        .block_on(fixture.registry.push(&repository, "1.4.0", &release));

    let old = sandbox.read("images.lock");
    sandbox
        .run(["update", "--dry-run", "--exit-code", "--format", "text"])
        .exits(1)
        .says("service-04")
        .says("1.3.4 -> 1.4.0")
        .complains("dry run");
    assert_eq!(sandbox.read("images.lock"), old, "a dry run writes nothing");

    let output = sandbox
        .run([
            "update",
            "--format",
            "text",
            "--report",
            "unified=diff.patch",
            "--report",
            "markdown=body.md",
            "--report",
            "json=diff.json",
        ])
        .exits(0)
        .says("1.3.4 -> 1.4.0")
        .says("minor");
    assert!(
        !output.stdout.contains("service-05"),
        "only what changed is shown: {output}"
    );

    let patch = sandbox.read("diff.patch");
    assert!(
        patch.contains("-tag = \"1.3.4\"\n") && patch.contains("+tag = \"1.4.0\"\n"),
        "{patch}"
    );
    let new = sandbox.read("images.lock");
    sandbox.write("images.lock", &old);
    sandbox.git(["apply", "diff.patch"]);
    assert_eq!(sandbox.read("images.lock"), new, "the unified diff applies");

    let body = sandbox.read("body.md");
    for part in [
        "`1.3.4`",
        "`1.4.0`",
        "minor",
        "https://github.com/acme/service",
    ] {
        assert!(body.contains(part), "{part} is missing in:\n{body}");
    }
    let json: serde_json::Value = serde_json::from_str(&sandbox.read("diff.json")).unwrap();
    assert_eq!(json["schema"], "imagelock.diff/v1");
    assert_eq!(json["changes"][0]["name"], "service-04");
    assert_eq!(json["changes"][0]["level"], "minor");
    assert_eq!(json["changes"][0]["after"]["digest"], digest.as_str());
    let schema = sandbox.run(["schema", "diff"]).exits(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(validator.is_valid(&json));

    for form in ["text", "unified", "markdown", "json"] {
        sandbox
            .run(["diff", "--format", form])
            .exits(0)
            .says("service-04")
            .says("1.4.0");
    }
    sandbox.run(["diff", "--exit-code"]).exits(1);
    sandbox.git(["commit", "-q", "-a", "-m", "second"]);
    sandbox
        .run(["diff", "HEAD~1"])
        .exits(0)
        .says("1.3.4 -> 1.4.0");
    sandbox
        .run(["diff", "HEAD~1", "HEAD"])
        .exits(0)
        .says("1.3.4 -> 1.4.0");
    sandbox.run(["diff", "--exit-code"]).exits(0);
    sandbox
        .run(["diff", "HEAD~7"])
        .exits(2)
        .complains("error[git]");
}

fn check_names_what_drifted(sandbox: &Sandbox, address: &str) {
    let edited = config(address, "^1.1").replacen(
        &format!("{}\", constraint = \"^1.1\"", path(7)),
        &format!("{}\", constraint = \"~1.2\"", path(7)),
        1,
    );
    sandbox.write("images.toml", edited);
    let output: Output = sandbox
        .run(["check"])
        .exits(1)
        .complains("error[drift]")
        .complains("service-07");
    assert!(!output.stderr.contains("service-08"), "{output}");
    sandbox
        .run(["lock", "--locked"])
        .exits(1)
        .complains("service-07");
    sandbox.run(["lock"]).exits(0).complains("service-07");
    sandbox.run(["check"]).exits(0);
}

#[test]
fn a_single_manifest_has_its_platform_where_it_is_asked_for() {
    let Some(registry) = Distribution::start() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let digest = runtime.block_on(registry.push(
        "team/one",
        "1.0.0",
        &TestImage::new("one").platform("linux/arm64"),
    ));
    let sandbox = Sandbox::new();
    let entry = |options: &str| {
        format!(
            "version = 1\n[images]\none = {{ image = \"{}/team/one\"{options} }}\n",
            registry.address()
        )
    };
    sandbox.write("images.toml", entry(""));
    sandbox.run(["lock"]).exits(0);
    assert!(!sandbox.read("images.lock").contains("image.platforms"));
    sandbox.write("images.toml", entry(", platforms = [\"linux/arm64\"]"));
    sandbox.run(["lock"]).exits(0);
    assert!(
        sandbox
            .read("images.lock")
            .contains(&format!("\"linux/arm64\" = \"{digest}\""))
    );
    sandbox.write("images.toml", entry(", platforms = [\"linux/amd64\"]"));
    let before = sandbox.read("images.lock");
    sandbox
        .run(["lock"])
        .exits(4)
        .complains("lacks linux/amd64");
    assert_eq!(sandbox.read("images.lock"), before);
}
