//! What is in the lock and in a registry.

use imagelock::embedded::{AuthMode, Background, TestImage};
use jiff::Timestamp;

use super::support::{follows, project};
use crate::support::sandbox::Sandbox;

#[test]
fn list_shows_the_lock() {
    let (registry, sandbox) = project();
    sandbox
        .run(["list"])
        .exits(0)
        .says("NAME")
        .says("1.27.4")
        .says("semver 7.x suffix=-alpine");
    let output = sandbox.run(["list", "--refs"]).exits(0);
    let refs: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(refs.len(), 3);
    let digest = registry.store().digest("library/nginx", "1.27.4").unwrap();
    assert_eq!(
        refs[1],
        format!("{}/library/nginx:1.27.4@{digest}", registry.address())
    );
    let json = follows(
        &sandbox,
        &sandbox.run(["list", "--format", "json"]).exits(0),
        "lock",
    );
    assert_eq!(json["image"][1]["digest"], digest.as_str());
    sandbox.run(["ls"]).exits(0);
}

#[test]
fn tags_and_inspect_look_into_a_registry() {
    let (registry, sandbox) = project();
    let repository = format!("{}/library/nginx", registry.address());
    sandbox
        .run(["tags", &repository])
        .exits(0)
        .says("1.27.4-alpine\n");
    let digest = registry.store().digest("library/nginx", "1.27.4").unwrap();
    sandbox
        .run(["tags", "--digests", &repository])
        .exits(0)
        .says(&format!("\n1.27.4         {digest}\n"));
    let json = sandbox
        .run(["tags", "--digests", "--format", "json", &repository])
        .exits(0);
    follows(&sandbox, &json, "tags");
    let created = "2025-";
    sandbox
        .run(["tags", "--dates", &repository])
        .exits(0)
        .says(&format!("\n1.27.4         {created}"))
        .says("(publisher)\n");
    let json = sandbox
        .run(["tags", "--dates", "--format", "json", &repository])
        .exits(0);
    let json = follows(&sandbox, &json, "tags");
    assert_eq!(json["tags"][0]["age"]["evidence"], "publisher");
    sandbox
        .run(["tags", &format!("{repository}:1")])
        .exits(2)
        .complains("error[bad-reference]");

    let reference = format!("{repository}:1.27.4");
    let output = sandbox
        .run(["inspect", &reference])
        .exits(0)
        .says(digest.as_str())
        .says("linux/arm64");
    assert!(
        output.stdout.contains("created") && output.stdout.contains("layer"),
        "{output}"
    );
    let json = sandbox
        .run([
            "inspect",
            "--format",
            "json",
            "--platform",
            "linux/arm64",
            &reference,
        ])
        .exits(0);
    let json = follows(&sandbox, &json, "inspect");
    assert_eq!(json["image"]["platform"], "linux/arm64");
    let raw = sandbox.run(["inspect", "--raw", &reference]).exits(0);
    assert!(digest.verify(raw.stdout.as_bytes()), "raw is byte for byte");
    sandbox
        .run(["inspect", "--platform", "linux/s390x", &reference])
        .exits(4)
        .complains("there are: linux/amd64");
}

#[test]
fn words_of_a_publisher_are_inert() {
    let registry = Background::start().unwrap();
    let evil = "| @everyone <img src=x> \u{1b}[2J";
    let image = |seed: &str| {
        TestImage::new(seed)
            .label("org.opencontainers.image.source", evil)
            .label("org.opencontainers.image.revision", evil)
            .label("evil", evil)
            .annotation("evil", evil)
            .created(Timestamp::from_second(1_740_000_000).unwrap())
    };
    registry.store().publish("team/app", "1.0.0", &image("one"));
    let sandbox = Sandbox::new();
    let config = format!(
        "version = 1\n[images]\napp = {{ image = \"{}/team/app\" }}\n",
        registry.address()
    );
    sandbox.write("images.toml", config);
    sandbox.run(["lock"]).exits(0);
    registry.store().publish("team/app", "1.0.1", &image("two"));
    for form in ["text", "markdown", "json"] {
        sandbox
            .run(["update", "-n", "--format", form])
            .exits(0)
            .says("1.0.1")
            .hides("\u{1b}")
            .hides("@everyone");
    }
    let reference = format!("{}/team/app:1.0.1", registry.address());
    sandbox
        .run(["inspect", &reference])
        .exits(0)
        .hides("\u{1b}")
        .says("@everyone");
}

#[test]
fn what_is_not_asked_for_needs_no_credentials() {
    let (registry, sandbox) = project();
    let other = Background::start().unwrap();
    other.require(AuthMode::basic().user("bot", "password"));
    let host = other.address();
    let config = sandbox.read("images.toml").replace(
        "[images]\n",
        &format!("[registries.\"{host}\"]\nauth = {{ env = \"TOKEN\" }}\n[images]\napi = {{ image = \"{host}/acme/api\" }}\n"),
    );
    sandbox.write("images.toml", config);
    sandbox.run(["why", "nginx"]).exits(0);
    sandbox
        .run([
            "inspect",
            &format!("{}/library/nginx:1.27.4", registry.address()),
        ])
        .exits(0);
    sandbox
        .run(["update"])
        .exits(3)
        .complains("error[credentials]");
}

#[test]
fn credentials_in_a_reference_are_not_repeated() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["inspect", "http://bot:canary-3141@ghcr.io/x"])
        .exits(2)
        .hides("canary-3141");
    sandbox.write(
        "images.toml",
        "version = 1\n[images]\na = { image = \"bot:canary-3141@ghcr.io/x\" }\n",
    );
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[bad-reference]")
        .hides("canary-3141");
}
