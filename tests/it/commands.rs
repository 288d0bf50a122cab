//! Each command as a user runs it, against a registry inside the test.

use imagelock::embedded::{Background, ImageSpec, sample};
use jiff::Timestamp;
use serde_json::Value;

use crate::support::sandbox::{Output, Sandbox};

/// A locked project with the images of the embedded hub.
fn project() -> (Background, Sandbox) {
    let registry = Background::start().unwrap();
    sample::hub(registry.store());
    let sandbox = Sandbox::new();
    let address = registry.address();
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n\n[images]\n\
             nginx = {{ image = \"{address}/library/nginx\", constraint = \"^1.27\" }}\n\
             redis = {{ image = \"{address}/library/redis\", constraint = \"7.x\", suffix = \"-alpine\" }}\n\
             debian = {{ image = \"{address}/library/debian\", tag = \"12-slim\" }}\n"
        ),
    );
    sandbox.run(["lock"]).exits(0);
    (registry, sandbox)
}

/// Parses what a command printed, and holds it to the schema that the program ships for it.
#[track_caller]
fn follows(sandbox: &Sandbox, output: &Output, schema: &str) -> Value {
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    let schema = sandbox.run(["schema", schema]).exits(0).stdout;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {output}");
    value
}

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
fn update_moves_what_it_is_told_to() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    sandbox.run(["check"]).exits(0);
    sandbox.run(["lock"]).exits(0).complains("up to date");
    let only = sandbox
        .run(["update", "nginx"])
        .exits(0)
        .complains("Updating nginx")
        .complains("1.27.4 -> 1.27.5");
    assert!(!only.stderr.contains("redis"), "{only}");
    let json = sandbox
        .run(["update", "--format", "json"])
        .exits(0)
        .complains("Moved debian");
    let json = follows(&sandbox, &json, "diff");
    let names: Vec<_> = json["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["name"].clone())
        .collect();
    assert_eq!(names, ["debian", "redis"]);
    assert_eq!(json["changes"][0]["content"], "rebuilt");
    sandbox
        .run(["update", "nginx", "--precise", "1.27.3"])
        .exits(0)
        .complains("Downgrading nginx");
    assert!(sandbox.read("images.lock").contains("tag = \"1.27.3\""));
    sandbox
        .run(["update", "nginx", "redis", "--precise", "1.27.3"])
        .exits(2)
        .complains("error[usage]");
    sandbox
        .run(["update", "--locked"])
        .exits(1)
        .complains("--locked");
    sandbox
        .run(["update", "-n"])
        .exits(0)
        .complains("Update nginx")
        .complains("dry run");
}

#[test]
fn why_names_the_rule_that_decided() {
    let (registry, sandbox) = project();
    sandbox
        .run(["why", "redis"])
        .exits(0)
        .says("7.4.1-alpine")
        .says("chosen")
        .says("downgrade dropped 2")
        .says("suffix dropped");
    sandbox
        .run(["why", "nginx", "--all"])
        .exits(0)
        .says("1.26.2  ")
        .says("latest");
    sandbox
        .run(["why", "debian"])
        .exits(0)
        .says("follows the tag 12-slim");
    let json = sandbox.run(["why", "debian", "--format", "json"]).exits(0);
    assert_eq!(follows(&sandbox, &json, "verdicts")["chosen"], "12-slim");
    sandbox
        .run(["why", "ngix"])
        .exits(2)
        .complains("did you mean `nginx`?");
    let json = follows(
        &sandbox,
        &sandbox.run(["why", "nginx", "--format", "json"]).exits(0),
        "verdicts",
    );
    assert_eq!(json["chosen"], "1.27.4");
    drop(registry);
}

#[test]
fn why_tells_which_tags_lack_a_platform() {
    let registry = Background::start().unwrap();
    let store = registry.store();
    let both = ImageSpec::new("1.0.0").platforms(["linux/amd64", "linux/arm64"]);
    store.publish("team/app", "1.0.0", &both);
    store.publish(
        "team/app",
        "1.1.0",
        &ImageSpec::new("1.1.0").platforms(["linux/amd64"]),
    );
    let sandbox = Sandbox::new();
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[images]\napp = {{ image = \"{}/team/app\", platforms = [\"linux/arm64\"] }}\n",
            registry.address()
        ),
    );
    sandbox
        .run(["why", "app"])
        .exits(0)
        .says("1.1.0  held     platforms  lacks linux/arm64");
}

#[test]
fn what_is_not_asked_for_needs_no_credentials() {
    let (registry, sandbox) = project();
    let config = sandbox.read("images.toml").replace(
        "[images]\n",
        "[registries.\"ghcr.io\"]\nauth = { env = \"TOKEN\" }\n[images]\napi = { image = \"ghcr.io/acme/api\" }\n",
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

#[cfg(unix)]
#[test]
fn a_linked_lock_stays_a_link() {
    let (registry, sandbox) = project();
    let path = sandbox.path().join("images.lock");
    std::fs::rename(&path, sandbox.path().join("real.lock")).unwrap();
    std::os::unix::fs::symlink("real.lock", &path).unwrap();
    sample::news(registry.store());
    sandbox.run(["update"]).exits(0);
    assert!(path.symlink_metadata().unwrap().is_symlink());
    assert!(sandbox.read("real.lock").contains("1.27.5"));
}

#[test]
fn a_unified_diff_applies_from_the_top_of_the_repository() {
    let (registry, sandbox) = project();
    sandbox.git(["init", "-q", "-b", "main"]);
    for file in ["images.toml", "images.lock"] {
        sandbox.write(format!("mono/{file}"), sandbox.read(file));
    }
    sandbox.git(["add", "."]);
    sandbox.git(["commit", "-q", "-m", "first"]);
    sample::news(registry.store());
    let output = sandbox
        .run(["-C", "mono", "update", "--format", "unified"])
        .exits(0)
        .says("--- a/mono/images.lock\n+++ b/mono/images.lock\n");
    let new = sandbox.read("mono/images.lock");
    sandbox.git(["checkout", "-q", "mono/images.lock"]);
    sandbox.write("diff.patch", &output.stdout);
    sandbox.git(["apply", "diff.patch"]);
    assert_eq!(sandbox.read("mono/images.lock"), new);
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
        .says(&format!("1.27.4  {digest}\n"));
    let json = sandbox
        .run(["tags", "--digests", "--format", "json", &repository])
        .exits(0);
    follows(&sandbox, &json, "tags");
    let created = "2025-";
    sandbox
        .run(["tags", "--dates", &repository])
        .exits(0)
        .says(&format!("\n1.27.4  {created}"))
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
fn init_proposes_what_the_files_use() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["init"])
        .exits(0)
        .complains("wrote ./images.toml");
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[lock-missing]")
        .complains("imagelock lock");
    sandbox.run(["lock"]).exits(0).complains("0 images");
    sandbox
        .run(["init"])
        .exits(2)
        .complains("error[config-exists]");
    sandbox.write(
        "app/Dockerfile",
        "FROM golang:1.24.1-alpine AS build\nFROM scratch\n",
    );
    sandbox.write(
        "app/deploy/web.yaml",
        "spec:\n  containers:\n  - image: ghcr.io/acme/web:v2.3.1\n",
    );
    sandbox
        .run(["-C", "app", "init", "--from", "."])
        .exits(0)
        .complains("with 2 images");
    let text = sandbox.read("app/images.toml");
    assert!(
        text.contains("golang = { constraint = \"^1.24.1\", suffix = \"-alpine\" }"),
        "{text}"
    );
    assert!(
        text.contains("web = { image = \"ghcr.io/acme/web\", constraint = \"^2.3.1\" }"),
        "{text}"
    );
    sandbox
        .run(["-C", "app", "check"])
        .exits(2)
        .complains("error[lock-missing]");
    sandbox
        .run(["-C", "app", "init", "--from", "nowhere"])
        .exits(2)
        .complains("error[io]");
}

#[test]
fn the_demo_tells_the_story() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["demo"])
        .exits(0)
        .says("1.27.4 -> 1.27.5")
        .says("12-slim (unchanged tag)")
        .says("Try next")
        .complains("is in line with the config");
    for file in [
        "images.toml",
        "images.lock",
        "images.lock.before",
        "pull-request.md",
    ] {
        assert!(sandbox.exists(format!("imagelock-demo/{file}")), "{file}");
    }
    sandbox.run(["-C", "imagelock-demo", "check"]).exits(0);
    sandbox
        .run([
            "-C",
            "imagelock-demo",
            "diff",
            "images.lock.before",
            "images.lock",
        ])
        .exits(0)
        .says("4 updated");
    sandbox.run(["demo"]).exits(0);
    sandbox.write("mine/notes.txt", "");
    sandbox
        .run(["demo", "mine"])
        .exits(2)
        .complains("is not empty");
}

#[test]
fn plumbing() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        sandbox
            .run(["completions", shell])
            .exits(0)
            .says("imagelock");
    }
    for schema in ["config", "lock", "diff", "verdicts", "tags", "inspect"] {
        let output = sandbox.run(["schema", schema]).exits(0);
        let value: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(
            value["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
    sandbox.run(["--version"]).exits(0).prints(concat!(
        "imagelock ",
        env!("CARGO_PKG_VERSION"),
        "\n"
    ));
    sandbox.run(["--help"]).exits(0).says("Exit codes:");
    sandbox.run(["upgrade"]).exits(2).complains("error:");
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[config-missing]")
        .complains("imagelock init");
}

#[test]
fn configs_are_found_from_below_and_streams_stay_apart() {
    let (_registry, sandbox) = project();
    sandbox.write("deep/below/file", "");
    let below = |arguments: [&str; 1]| sandbox.imagelock(arguments).directory("deep/below").run();
    below(["check"]).exits(0).prints("");
    below(["list"]).exits(0).says("nginx");
    sandbox
        .run(["check", "--quiet"])
        .exits(0)
        .prints("")
        .hides("in line");
    let env = sandbox
        .imagelock(["check"])
        .directory("deep")
        .env("IMAGELOCK_CONFIG", "../images.toml")
        .run();
    env.exits(0);
    sandbox.run(["list", "--color", "always"]).exits(0);
    sandbox
        .imagelock(["lock"])
        .env("IMAGELOCK_LOCKED", "1")
        .run()
        .exits(0);
    sandbox.git(["init", "-q"]);
    sandbox.write("repo/.git/HEAD", "");
    sandbox
        .imagelock(["check"])
        .directory("repo")
        .run()
        .exits(2)
        .complains("error[config-missing]");
}

#[test]
fn yaml_and_json_configs_lock_the_same() {
    let (registry, sandbox) = project();
    let address = registry.address();
    let lock = sandbox.read("images.lock");
    sandbox.write(
        "yaml/images.yaml",
        format!(
            "version: 1\nimages:\n  nginx: {{image: \"{address}/library/nginx\", constraint: ^1.27}}\n  \
             redis:\n    image: {address}/library/redis\n    constraint: 7.x\n    suffix: -alpine\n  \
             debian: {{image: \"{address}/library/debian\", tag: 12-slim}}\n"
        ),
    );
    sandbox.write(
        "json/images.json",
        serde_json::json!({"version": 1, "images": {
            "nginx": {"image": format!("{address}/library/nginx"), "constraint": "^1.27"},
            "redis": {"image": format!("{address}/library/redis"), "constraint": "7.x", "suffix": "-alpine"},
            "debian": {"image": format!("{address}/library/debian"), "tag": "12-slim"},
        }})
        .to_string(),
    );
    for folder in ["yaml", "json"] {
        sandbox.imagelock(["lock"]).directory(folder).run().exits(0);
        assert_eq!(sandbox.read(format!("{folder}/images.lock")), lock);
    }
}

#[test]
fn a_merge_conflict_is_repaired() {
    let (registry, sandbox) = project();
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.git(["add", "images.toml", "images.lock"]);
    sandbox.git(["commit", "-q", "-m", "first"]);
    sandbox.git(["config", "user.name", "Test"]);
    sandbox.git(["config", "user.email", "test@example.com"]);
    sandbox.git(["checkout", "-q", "-b", "branch"]);
    sandbox
        .run(["update", "nginx", "--precise", "1.27.3"])
        .exits(0);
    sandbox.git(["commit", "-q", "-a", "-m", "theirs"]);
    sandbox.git(["checkout", "-q", "main"]);
    sample::news(registry.store());
    sandbox.run(["update"]).exits(0);
    sandbox.git(["commit", "-q", "-a", "-m", "ours"]);
    let ours = sandbox.read("images.lock");
    sandbox.program("git", ["merge", "branch"]).run().exits(1);
    assert!(sandbox.read("images.lock").contains("<<<<<<<"));
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[lock-conflict]")
        .complains("imagelock lock");
    sandbox
        .run(["lock"])
        .exits(0)
        .complains("Repaired the merge conflict")
        .complains("nginx");
    assert_eq!(sandbox.read("images.lock"), ours);
    sandbox.run(["check"]).exits(0);
}

#[test]
fn words_of_a_publisher_are_inert() {
    let registry = Background::start().unwrap();
    let evil = "| @everyone <img src=x> \u{1b}[2J";
    let image = |seed: &str| {
        ImageSpec::new(seed)
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
fn pick_is_a_policy_without_a_config() {
    let sandbox = Sandbox::new();
    let tags = "1.27.4\n1.27.5\n\nv1.27.5\n1.28.0-rc.1\n20250101\n1.27.5-alpine\nlatest\n1.27.5\n";
    let pick = |arguments: &[&str]| {
        let arguments: Vec<&str> = [&["pick"], arguments].concat();
        sandbox.imagelock(arguments).stdin(tags).run()
    };
    pick(&[]).exits(0).prints("1.27.5\n");
    pick(&["--constraint", ">=1.27"])
        .exits(0)
        .prints("1.27.5\n");
    pick(&["--current", "v1.27.4"]).exits(0).prints("v1.27.5\n");
    pick(&["--suffix", "-alpine"])
        .exits(0)
        .prints("1.27.5-alpine\n");
    pick(&["--prerelease", "--constraint", "^1"])
        .exits(0)
        .prints("1.28.0-rc.1\n");
    pick(&["--prerelease", "false", "--constraint", "^1-0"])
        .exits(0)
        .prints("1.27.5\n");
    pick(&[
        "--ignore-tags",
        "1.27.5",
        "--ignore-tags",
        "v*",
        "--ignore-tags",
        "*-*",
    ])
    .exits(0)
    .prints("1.27.4\n");
    pick(&["--allow-tags", "regexp:^v"])
        .exits(0)
        .prints("v1.27.5\n");
    pick(&["--strategy", "digest", "--tag", "latest"])
        .exits(0)
        .prints("latest\n");
    let all = pick(&["--all"]).exits(0);
    assert_eq!(
        all.stdout.lines().collect::<Vec<_>>(),
        ["1.27.5", "v1.27.5", "1.27.4"]
    );
    pick(&["--constraint", "^3"])
        .exits(4)
        .complains("error[no-tag-fits]")
        .prints("");
    pick(&["--constraint", "^3", "--all"]).exits(4).prints("");
    pick(&["--constraint", "1..2"])
        .exits(2)
        .complains("error[bad-constraint]")
        .complains("--constraint:1:");
    pick(&["--allow-tags", "regexp:("])
        .exits(2)
        .complains("error[bad-pattern]");
    pick(&["--strategy", "digest"])
        .exits(2)
        .complains("error[missing-key]");
    sandbox
        .imagelock(["pick"])
        .stdin("1.0\na b\n")
        .run()
        .exits(2)
        .complains("line 2 of standard input");
    let json = follows(&sandbox, &pick(&["--format", "json"]).exits(0), "verdicts");
    assert_eq!(json["chosen"], "1.27.5");
    assert_eq!(
        json["tags"].as_array().unwrap().len(),
        7,
        "every distinct tag has its verdict"
    );
    assert_eq!(json["tags"][6]["outcome"], "dropped");
    assert_eq!(pick(&["--constraint", "^3", "--format", "json"]).code, 4);
}
