//! Configs that cannot be read, and policies that nothing satisfies.

use super::support::Case;
use crate::support::sandbox::Sandbox;

#[test]
fn configs_that_cannot_be_read() {
    let case = Case::new();
    for (file, text, error, place) in [
        (
            "images.toml",
            "version = 1\n[images]\nnginx = \"^1\nredis = 2\n",
            "config-syntax",
            "images.toml:3:",
        ),
        (
            "images.yaml",
            "version: 1\nimages:\n  nginx: [\n",
            "config-syntax",
            "images.yaml:",
        ),
        (
            "images.json",
            "{\"version\": 1,\n \"images\": {,}}",
            "config-syntax",
            "images.json:2:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { image = \"x\", suffx = \"-a\" }\n",
            "unknown-key",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { image = \"https://x/y\" }\n",
            "bad-reference",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = \"^1,,27\"\n",
            "bad-constraint",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { allow-tags = \"regexp:[\" }\n",
            "bad-pattern",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { platforms = [\"linux/amd46\"] }\n",
            "bad-platform",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = \"1\"\na = \"2\"\n",
            "duplicate-name",
            "images.toml:4:",
        ),
        (
            "images.yaml",
            "version: 1\nimages:\n  a: \"1\"\n  a: \"2\"\n",
            "duplicate-name",
            "images.yaml:4:",
        ),
        (
            "images.json",
            "{\"version\": 1, \"images\": {\"a\": \"1\",\n\"a\": \"2\"}}",
            "duplicate-name",
            "images.json:2:",
        ),
        (
            "images.toml",
            "version = 1\n[images]\na = { strategy = \"newest\" }\n",
            "unknown-strategy",
            "images.toml:3:",
        ),
        (
            "images.toml",
            "version = 2\n",
            "config-version",
            "images.toml:1:",
        ),
    ] {
        case.sandbox.write(file, text);
        let output = case.sandbox.run(["lock", "--config", file]).exits(2);
        case.untouched(output, error).complains(place);
    }
}

#[test]
fn all_violations_are_shown_in_one_run() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "images.toml",
        "version = 1\n[images]\na = { image = \"x\", suffx = \"-a\" }\nb = \"^1,,27\"\nc = { platforms = [\"linux/amd46\"] }\n",
    );
    sandbox
        .run(["check"])
        .exits(2)
        .complains("error[unknown-key]")
        .complains("did you mean `suffix`")
        .complains("error[bad-constraint]")
        .complains("error[bad-platform]");
}

#[test]
fn policies_that_nothing_satisfies() {
    let case = Case::new();
    case.config("constraint = \"^3\"");
    case.fails(4, "no-tag-fits")
        .complains("3 tags")
        .complains("imagelock why app");
    case.config("constraint = \"^1\", platforms = [\"linux/s390x\"]");
    case.fails(4, "no-tag-fits").complains("linux/s390x");
    case.config("constraint = \"^1\"");
    let output = case
        .sandbox
        .run(["update", "app", "--precise", "2.0.0"])
        .exits(4);
    case.untouched(output, "precise-refused");
    let output = case.sandbox.run(["update", "ap"]).exits(2);
    case.untouched(output, "unknown-image")
        .complains("did you mean `app`?");
}
