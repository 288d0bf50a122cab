//! Registries that are down, talk nonsense, or refuse.

use imagelock::embedded::{AuthMode, Behaviour, Operation, TestImage};

use super::support::Case;

#[test]
fn registries_that_are_down_or_slow() {
    let case = Case::new();
    let Case {
        registry,
        sandbox,
        lock,
    } = case;
    registry.behave(Behaviour::always().never_answer());
    sandbox
        .run(["update", "--retries", "0", "--timeout", "300ms"])
        .exits(3)
        .complains("error[timeout]");
    registry.behave_well();
    registry.behave(Behaviour::always().hang_up());
    sandbox
        .run(["update", "--retries", "0"])
        .exits(3)
        .complains("error[unreachable]");
    drop(registry);
    sandbox
        .run(["update", "--retries", "0"])
        .exits(3)
        .complains("error[unreachable]");
    assert_eq!(sandbox.read("images.lock"), lock);
    sandbox.run(["check"]).exits(0);
    sandbox.run(["lock"]).exits(0);
    sandbox
        .run(["update", "--offline"])
        .exits(3)
        .complains("error[offline]");
    assert_eq!(sandbox.read("images.lock"), lock);
}

#[test]
fn registries_that_answer_nonsense() {
    let case = Case::new();
    for (behaviour, error) in [
        (
            Behaviour::on(Operation::Tags).json("{\"tags\": ["),
            "registry-invalid",
        ),
        (
            Behaviour::on(Operation::Tags).html("<html>please log in</html>"),
            "registry-invalid",
        ),
        (
            Behaviour::on(Operation::Tags)
                .status(502)
                .html("<html>bad gateway</html>"),
            "registry-failed",
        ),
        (
            Behaviour::on(Operation::Tags)
                .page_size(1)
                .links_to("http://registry.example.com"),
            "pagination",
        ),
        (Behaviour::on(Operation::Tags).endless_pages(), "pagination"),
        (
            Behaviour::on(Operation::Tags)
                .status(429)
                .header("retry-after", "3600"),
            "rate-limited",
        ),
        (Behaviour::on(Operation::Tags).status(403), "denied"),
        (
            Behaviour::on(Operation::Tags).status(404),
            "repository-not-found",
        ),
    ] {
        case.registry.behave(behaviour);
        case.fails(3, error).complains(case.registry.address());
        case.registry.behave_well();
    }
    case.registry
        .store()
        .publish("team/app", "1.2.0", &TestImage::new("app 1.2.0"));
    for (behaviour, error) in [
        (
            Behaviour::on(Operation::ManifestGet).body("{\"schemaVersion\": 2}"),
            "digest-mismatch",
        ),
        (
            Behaviour::on(Operation::ManifestGet)
                .status(404)
                .json("{\"errors\": [{\"code\": \"MANIFEST_UNKNOWN\"}]}"),
            "manifest-not-found",
        ),
        (
            Behaviour::on(Operation::ManifestGet).oversized(64 << 20),
            "too-large",
        ),
    ] {
        case.registry.behave(behaviour);
        case.fails(3, error);
        case.registry.behave_well();
    }
}

#[test]
fn repositories_that_are_missing_or_denied() {
    let case = Case::new();
    let address = case.registry.address().to_string();
    case.sandbox.write(
        "images.toml",
        format!("version = 1\n[images]\napp = {{ image = \"{address}/team/none\" }}\n"),
    );
    case.fails(3, "repository-not-found").complains("team/none");
    case.registry
        .require(AuthMode::basic().user("bot", "right"));
    case.config("constraint = \"^1\"");
    case.fails(3, "denied").complains("docker login");
    case.sandbox.write(
        "images.toml",
        format!(
            "version = 1\n[registries.\"{address}\"]\nauth = {{ env = \"TOKEN\", username = \"bot\" }}\n\
             [images]\napp = {{ image = \"{address}/team/app\", constraint = \"^1\" }}\n"
        ),
    );
    let output = case.sandbox.run(["update", "--retries", "0"]).exits(3);
    case.untouched(output, "credentials").complains("TOKEN");
    let output = case
        .sandbox
        .imagelock(["update", "--retries", "0"])
        .env("TOKEN", "canary-3141")
        .run()
        .exits(3);
    case.untouched(output, "denied")
        .hides("canary-3141")
        .complains("environment variable TOKEN");
    case.sandbox
        .imagelock(["update", "-vv"])
        .env("TOKEN", "right")
        .run()
        .exits(0)
        .hides("cmlnaHQ");
}

#[test]
fn one_failure_keeps_the_whole_lock_unless_told_otherwise() {
    let case = Case::new();
    let address = case.registry.address();
    case.registry
        .store()
        .publish("team/other", "1.0.0", &TestImage::new("other"));
    let two = format!(
        "version = 1\n[images]\napp = {{ image = \"{address}/team/app\", constraint = \"^2\" }}\n\
         broken = {{ image = \"{address}/team/none\" }}\nother = {{ image = \"{address}/team/other\" }}\n"
    );
    case.sandbox.write("images.toml", two);
    let output = case.sandbox.run(["lock", "--retries", "0"]).exits(3);
    case.untouched(output, "repository-not-found")
        .complains("broken")
        .complains("--keep-going");
    case.sandbox
        .run(["lock", "--retries", "0", "--keep-going"])
        .exits(3)
        .complains("broken");
    let lock = case.sandbox.read("images.lock");
    assert!(
        lock.contains("tag = \"2.0.0\"")
            && lock.contains("name = \"other\"")
            && !lock.contains("broken")
    );
}
