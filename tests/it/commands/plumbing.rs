//! The first config, the demo, schemas and streams.

use imagelock::image::Digest;
use serde_json::Value;

use super::support::project;
use crate::support::sandbox::Sandbox;

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
    for args in [["outdated", "--help"], ["help", "outdated"]] {
        sandbox
            .run(args)
            .exits(0)
            .says("CURRENT is the pinned tag.");
    }
    sandbox.run(["upgrade"]).exits(2).complains("error:");
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[config-missing]")
        .complains("imagelock init");
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let (_registry, sandbox) = project();
    for folder in ["nope", "images.toml"] {
        sandbox
            .run(["-C", folder, "check"])
            .exits(2)
            .complains("cannot work in");
    }
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
fn two_locks_are_compared_where_there_is_no_config() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q"]);
    let digest = |seed: &str| Digest::sha256_of(seed.as_bytes());
    let lock = |seed: &str| {
        format!(
            "version = 1\n[[image]]\nname = \"app\"\nimage = \"docker.io/library/app\"\npolicy = \"digest 1\"\n\
             tag = \"1\"\ndigest = \"{}\"\n",
            digest(seed)
        )
    };
    sandbox
        .write("a.lock", lock("a"))
        .write("b.lock", lock("b"));
    sandbox
        .run(["diff", "a.lock", "b.lock"])
        .exits(0)
        .says("app");
    sandbox
        .run(["diff", "a.lock", "a.lock", "--exit-code"])
        .exits(0);
    sandbox
        .run(["diff", "a.lock", "b.lock", "--format", "unified"])
        .exits(0)
        .says("images.lock");
    for one in [
        vec!["diff"],
        vec!["diff", "a.lock"],
        vec!["diff", "HEAD", "b.lock"],
    ] {
        sandbox.run(one).exits(2).complains("error[config-missing]");
    }
}
