//! Registries' own interfaces, as the config names them and as their use shows.

use imagelock::embedded::{Background, Behaviour, Interface, Operation, TestImage};
use imagelock::image::Digest;
use jiff::Timestamp;

use super::support::follows;
use crate::support::sandbox::Sandbox;

/// A registry with three tags that were built in the order of their names, and pushed in the other one.
fn world(table: &str) -> (Background, Sandbox, String) {
    let registry = Background::start().unwrap();
    registry.offer(Interface::Quay);
    let time = |day: i64| Timestamp::from_second(1_740_000_000 + day * 86_400).unwrap();
    for (day, tag) in (0_i64..).zip(["a", "b", "c"]) {
        let image = TestImage::new(tag).created(time(day));
        registry.store().publish("team/app", tag, &image);
        registry.store().set_pushed("team/app", tag, time(9 - day));
    }
    let sandbox = Sandbox::new();
    let address = registry.address();
    sandbox.write(
        "images.toml",
        format!(
            "version = 1\n\n[registries.\"{address}\"]\n{table}\n\n[images]\n\
             app = {{ image = \"{address}/team/app\", strategy = \"newest-build\" }}\n"
        ),
    );
    let repository = format!("{address}/team/app");
    (registry, sandbox, repository)
}

#[test]
fn the_config_names_the_interface_that_dates_tags() {
    let (registry, sandbox, repository) = world("api = \"quay\"");
    let output = sandbox.run(["tags", "--dates", &repository]).exits(0);
    assert_eq!(
        output.stdout,
        "a  2025-02-28T21:20:00Z (registry)\n\
         b  2025-02-27T21:20:00Z (registry)\n\
         c  2025-02-26T21:20:00Z (registry)\n"
    );
    let asked = |operation| registry.count(operation);
    assert_eq!(asked(Operation::TagMetadata), 1);
    assert_eq!(
        (
            asked(Operation::ManifestHead),
            asked(Operation::ManifestGet)
        ),
        (0, 0)
    );
    let json = [
        "tags", "--sort", "date", "--limit", "1", "--dates", "--format", "json",
    ];
    let json = sandbox
        .run(json.iter().copied().chain([&*repository]))
        .exits(0);
    let json = follows(&sandbox, &json, "tags");
    assert_eq!(json["tags"][0]["tag"], "a");
    assert_eq!(json["tags"][0]["age"]["evidence"], "registry");

    sandbox.run(["lock"]).exits(0);
    assert!(sandbox.read("images.lock").contains("tag = \"a\""));

    // Nothing is tried on a host of which nobody said anything.
    let (registry, sandbox, repository) = world("");
    let output = sandbox.run(["tags", "--dates", &repository]).exits(0);
    assert!(output.stdout.contains("(publisher)"), "{output}");
    assert_eq!(registry.count(Operation::TagMetadata), 0);
    sandbox.run(["lock"]).exits(0);
    assert!(sandbox.read("images.lock").contains("tag = \"c\""));
}

#[test]
fn that_it_is_of_no_use_is_shown_once_to_who_wants_to_know() {
    let (registry, sandbox, repository) = world("api = \"quay\"");
    registry.behave(Behaviour::on(Operation::TagMetadata).status(401));
    let notice = "the tag API returned no push times";
    let output = sandbox.run(["lock", "-v"]).exits(0);
    assert_eq!(output.stderr.matches(notice).count(), 1, "{output}");
    assert!(output.stderr.contains("it refused (401)"), "{output}");
    assert!(sandbox.read("images.lock").contains("tag = \"c\""));
    let output = sandbox.run(["tags", "--dates", &repository]).exits(0);
    assert!(!output.stderr.contains(notice), "{output}");
    assert_eq!(output.stdout.matches("(publisher)").count(), 3, "{output}");
}

#[test]
fn a_digest_that_is_out_of_date_is_not_locked() {
    let (registry, sandbox, _) = world("api = \"quay\"");
    let old = Digest::sha256_of(b"yesterday");
    registry.store().let_lag("team/app", "a", &old);
    sandbox.run(["lock"]).exits(0);
    let lock = sandbox.read("images.lock");
    assert!(
        !lock.contains(old.as_str()) && lock.contains("tag = \"c\""),
        "{lock}"
    );
}

#[test]
fn a_word_that_is_no_interface_is_told() {
    let (_registry, sandbox, _) = world("api = \"harbour\"");
    let output = sandbox.run(["lock"]).exits(2);
    assert!(output.stderr.contains("api"), "{output}");
    assert!(
        output.stderr.contains("harbor"),
        "it says what may stand there: {output}"
    );
    let (_registry, sandbox, repository) = world("");
    let text = format!("version = 1\n[registries.\"{repository}\"]\napi = \"quay\"\n[images]\n");
    sandbox.write("images.toml", text);
    let output = sandbox.run(["lock"]).exits(2);
    assert!(
        output.stderr.contains("a matter of the whole registry"),
        "{output}"
    );
}
