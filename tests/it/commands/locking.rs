//! What becomes of the lock.

use imagelock::embedded::sample;

use super::support::{follows, project};

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
fn what_nobody_reads_decides_nothing() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    assert_eq!(sandbox.imagelock(["update"]).unheard(), 0);
    assert!(sandbox.read("images.lock").contains("1.27.5"));
    let config = sandbox.read("images.toml");
    sandbox.write("images.toml", config.replace("^1.27", "^2"));
    assert_eq!(sandbox.imagelock(["check"]).unheard(), 1);
    assert_eq!(sandbox.imagelock(["lock"]).unheard(), 4);
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
