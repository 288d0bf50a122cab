//! Which pins are behind.

use imagelock::embedded::{Background, TestImage, sample};

use super::support::{follows, project};
use crate::support::sandbox::Sandbox;

#[test]
fn what_is_behind_is_told_with_where_it_may_go() {
    let (registry, sandbox) = project();
    let current = sandbox.run(["outdated", "--exit-code"]).exits(0);
    assert!(!current.stdout.contains("redis"), "{current}");
    sample::news(registry.store());
    let lock = sandbox.read("images.lock");
    sandbox
        .run(["outdated"])
        .exits(0)
        .says("NAME    CURRENT")
        .says("nginx   1.27.4")
        .says("1.27.5")
        .says("the tag names another digest");
    sandbox.run(["outdated", "--exit-code"]).exits(1);
    sandbox.run(["outdated", "nginx", "--exit-code"]).exits(1);
    sandbox
        .run(["outdated", "ngnix"])
        .exits(2)
        .complains("did you mean `nginx`?");
    assert_eq!(sandbox.read("images.lock"), lock, "nothing is written");
    sandbox.run(["update"]).exits(0);
    sandbox
        .run(["outdated", "--exit-code", "--all"])
        .exits(0)
        .says("redis");
}

#[test]
fn json_has_ages_and_what_is_held() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    let config = sandbox.read("images.toml");
    let strict = config.replace(
        "constraint = \"^1.27\"",
        "constraint = \"^1.27\", cooldown = \"7 days\", on-missing-age = \"hold\"",
    );
    sandbox.write("images.toml", strict);
    let output = sandbox.run(["outdated", "--format", "json"]).exits(0);
    let json = follows(&sandbox, &output, "outdated");
    let images = json["images"].as_array().unwrap();
    let image = |name: &str| images.iter().find(|image| image["name"] == name).unwrap();
    let nginx = image("nginx");
    assert_eq!(nginx["current"], "1.27.4");
    assert_eq!(nginx["allowed"], "1.27.4", "{nginx}");
    assert_eq!(nginx["held"][0]["tag"], "1.27.5");
    assert_eq!(nginx["held"][0]["rule"], "cooldown");
    let redis = image("redis");
    assert_eq!(redis["age"]["evidence"], "publisher", "{redis}");
    assert_eq!(image("debian")["moved"], true);
}

#[test]
fn what_fails_is_told_and_the_rest_is_shown() {
    let (registry, sandbox) = project();
    sample::news(registry.store());
    registry.store().remove_repository("library/redis");
    sandbox
        .run(["outdated"])
        .exits(3)
        .says("1.27.5")
        .complains("error[repository-not-found]: redis");
    let fresh = TestImage::new("other");
    registry
        .store()
        .publish("library/redis", "6.0.0-alpine", &fresh);
    sandbox
        .run(["outdated", "redis"])
        .exits(4)
        .complains("error[tags-lost]: redis");
}

#[test]
fn a_member_of_a_group_goes_as_far_as_its_group() {
    let registry = Background::start().unwrap();
    for path in ["team/api 1.0.0 1.1.0 1.2.0", "team/web 1.0.0 1.1.0"] {
        let (path, tags) = path.split_once(' ').unwrap();
        for tag in tags.split(' ') {
            let image = TestImage::new(format!("{path} {tag}"));
            registry.store().publish(path, tag, &image);
        }
    }
    let sandbox = Sandbox::new();
    let address = registry.address();
    let config = |constraint: &str| {
        let rest = "group = \"backend\", same-version = true";
        format!(
            "version = 1\n[images]\n\
             api = {{ image = \"{address}/team/api\", constraint = \"{constraint}\", {rest} }}\n\
             web = {{ image = \"{address}/team/web\", constraint = \"{constraint}\", {rest} }}\n"
        )
    };
    sandbox.write("images.toml", config("1.0"));
    sandbox.run(["lock"]).exits(0);
    sandbox.write("images.toml", config("^1"));
    let output = sandbox
        .run(["outdated", "api", "--format", "json"])
        .exits(0);
    let json = follows(&sandbox, &output, "outdated");
    let images = json["images"].as_array().unwrap();
    assert_eq!(images.len(), 1, "{json}");
    assert_eq!(images[0]["allowed"], "1.1.0");
    assert_eq!(images[0]["latest"], "1.2.0");
    assert_eq!(images[0]["held"][0]["tag"], "1.2.0");
    assert_eq!(images[0]["held"][0]["rule"], "group");
    let json = sandbox.run(["why", "api", "--format", "json"]).exits(0);
    let json = follows(&sandbox, &json, "verdicts");
    assert_eq!(json["chosen"], "1.1.0");
    sandbox
        .run(["why", "api"])
        .exits(0)
        .says("1.2.0  held     group  has a version that `web` cannot take");
    registry.store().remove_repository("team/web");
    sandbox
        .run(["why", "api"])
        .exits(3)
        .complains("the group `backend` moves together, and `web` failed")
        .complains("error[repository-not-found]: web");
}
