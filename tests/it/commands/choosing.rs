//! Which tag is chosen, and why.

use imagelock::embedded::{Background, TestImage};

use super::support::{follows, project};
use crate::support::sandbox::Sandbox;

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
    let both = TestImage::new("1.0.0").platforms(["linux/amd64", "linux/arm64"]);
    store.publish("team/app", "1.0.0", &both);
    store.publish(
        "team/app",
        "1.1.0",
        &TestImage::new("1.1.0").platforms(["linux/amd64"]),
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
